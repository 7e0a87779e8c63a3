// SPDX-License-Identifier: MIT
// The only file that touches libclang: AST to plain values. Any error of the front end refuses the header.
#include "clang_reader.h"

#include <clang-c/Index.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include "annotation.h"

namespace gen {
namespace {

std::string take(CXString string) {
    const char* text = clang_getCString(string);
    std::string copy = text ? text : "";
    clang_disposeString(string);
    return copy;
}

using Visitor = std::function<void(CXCursor)>;
void visit(CXCursor parent, const Visitor& visitor) {
    clang_visitChildren(
        parent,
        [](CXCursor cursor, CXCursor, CXClientData data) {
            (*static_cast<const Visitor*>(data))(cursor);
            return CXChildVisit_Continue;
        },
        const_cast<Visitor*>(&visitor));
}

struct Unit {
    CXIndex index = nullptr;
    CXTranslationUnit unit = nullptr;
    Unit(const std::string& path, const ReadOptions& options, const std::string* text) {
        std::vector<std::string> flags = {"-xc", "-std=gnu11", "-D__FUTURE_IDL__=1", "-D_GNU_SOURCE=1", "-w", "-ferror-limit=0"};
        flags.insert(flags.end(), options.flags.begin(), options.flags.end());
        std::vector<const char*> arguments;
        for (const std::string& flag : flags) arguments.push_back(flag.c_str());
        CXUnsavedFile unsaved{path.c_str(), text ? text->c_str() : "", text ? text->size() : 0};
        index = clang_createIndex(0, 0);
        clang_parseTranslationUnit2(index, path.c_str(), arguments.data(), static_cast<int>(arguments.size()), &unsaved,
                                    text ? 1 : 0, CXTranslationUnit_SkipFunctionBodies, &unit);
    }
    ~Unit() {
        if (unit) clang_disposeTranslationUnit(unit);
        clang_disposeIndex(index);
    }
    Unit(const Unit&) = delete;
};

Place place_of(CXSourceLocation location) {
    CXFile file;
    Place place;
    clang_getExpansionLocation(location, &file, &place.line, &place.column, nullptr);
    if (file) place.file = take(clang_getFileName(file));
    return place;
}

// Of a structure or union; those of members without a name too.
void visit_fields(CXType record, const Visitor& visitor) {
    clang_Type_visitFields(
        record,
        [](CXCursor field, CXClientData data) {
            (*static_cast<const Visitor*>(data))(field);
            return CXVisit_Continue;
        },
        const_cast<Visitor*>(&visitor));
}

bool holds_pointer(CXType type, std::string& member) {
    type = clang_getCanonicalType(type);
    if (type.kind == CXType_Pointer) return true;
    if (type.kind == CXType_ConstantArray) return holds_pointer(clang_getArrayElementType(type), member);
    if (type.kind != CXType_Record) return false;
    bool found = false;
    visit_fields(type, [&](CXCursor field) {
        std::string inner;
        if (found || !holds_pointer(clang_getCursorType(field), inner)) return;
        found = true;
        member = take(clang_getCursorSpelling(field));
        if (member.empty()) member = inner;
    });
    return found;
}

TypeKind kind_of(CXType canonical) {
    switch (canonical.kind) {
    case CXType_Void: return TypeKind::none;
    case CXType_Bool: return TypeKind::boolean;
    case CXType_Char_S: case CXType_SChar: case CXType_Short: case CXType_Int: case CXType_Long: case CXType_LongLong:
        return TypeKind::sint;
    case CXType_Char_U: case CXType_UChar: case CXType_UShort: case CXType_UInt: case CXType_ULong: case CXType_ULongLong:
    case CXType_Enum: return TypeKind::uint;
    case CXType_Float: case CXType_Double: return TypeKind::floating;
    case CXType_Record:
        return clang_getCursorKind(clang_getTypeDeclaration(canonical)) == CXCursor_UnionDecl ? TypeKind::variant
                                                                                              : TypeKind::record;
    case CXType_ConstantArray: case CXType_IncompleteArray: return TypeKind::array;
    case CXType_FunctionProto: case CXType_FunctionNoProto: return TypeKind::function;
    case CXType_Pointer: return TypeKind::pointer;
    default: return TypeKind::other;
    }
}

std::string record_text(CXType record);

// As meaning.h's Member has it.
std::string type_text(CXType type) {
    type = clang_getCanonicalType(type);
    const std::string bytes = std::to_string(std::max(0LL, clang_Type_getSizeOf(type)));
    switch (kind_of(type)) {
    case TypeKind::boolean: return "b" + bytes;
    case TypeKind::sint: return "i" + bytes;
    case TypeKind::uint: return "u" + bytes;
    case TypeKind::floating: return "f" + bytes;
    case TypeKind::pointer: return "p" + bytes;
    case TypeKind::record: case TypeKind::variant: return record_text(type);
    case TypeKind::array:
        return type_text(clang_getArrayElementType(type)) + "[" + std::to_string(std::max(0LL, clang_getArraySize(type))) + "]";
    default: return "x" + bytes;
    }
}

std::string record_text(CXType record) {
    const bool is_union = kind_of(record) == TypeKind::variant;
    std::string text = (is_union ? "|" : "{") + std::to_string(clang_Type_getSizeOf(record)) + "/" + std::to_string(clang_Type_getAlignOf(record));
    visit_fields(record, [&](CXCursor field) {
        const long long bit = clang_Cursor_getOffsetOfField(field);
        const bool is_bits = clang_Cursor_isBitField(field);
        std::string name = take(clang_getCursorSpelling(field));
        if (name.rfind("__", 0) == 0) name.clear();  // the C library's own: other versions name it otherwise
        text += " " + name + ":" + type_text(clang_getCursorType(field));
        if (is_bits) text += "." + std::to_string(clang_getFieldDeclBitWidth(field));
        text += "@" + (is_bits ? std::to_string(bit) + "b" : std::to_string(bit / 8));
    });
    return text + (is_union ? "|" : "}");
}

std::string without_qualifiers(std::string spelling) {
    for (const char* qualifier : {"const ", "volatile "})
        while (spelling.rfind(qualifier, 0) == 0) spelling.erase(0, std::strlen(qualifier));
    return spelling;
}

Type type_of(CXType type, int depth = 0) {
    const CXType canonical = clang_getCanonicalType(type);
    Type result;
    result.kind = kind_of(canonical);
    result.is_const = clang_isConstQualifiedType(type) || clang_isConstQualifiedType(canonical);
    result.spelling = take(clang_getTypeSpelling(type));
    if (result.kind != TypeKind::pointer) result.spelling = without_qualifiers(result.spelling);
    if (result.spelling == "_Bool") result.spelling = "bool";
    const long long bytes = clang_Type_getSizeOf(canonical);
    result.incomplete = bytes == CXTypeLayoutError_Incomplete;
    result.bytes = bytes > 0 ? static_cast<unsigned>(bytes) : 0;
    result.unportable = canonical.kind == CXType_LongDouble || canonical.kind == CXType_Int128 ||
                        canonical.kind == CXType_UInt128 || canonical.kind == CXType_WChar ||
                        canonical.kind == CXType_Complex || result.spelling == "wchar_t";
    if (result.kind == TypeKind::record || result.kind == TypeKind::variant) {
        holds_pointer(canonical, result.undescribed);
        if (bytes > 0) result.layout = record_text(canonical);
    }
    CXType pointee = clang_getPointeeType(canonical);
    if (clang_getPointeeType(type).kind != CXType_Invalid) pointee = clang_getPointeeType(type);
    if (result.kind == TypeKind::pointer && depth < 3) result.pointee = std::make_shared<Type>(type_of(pointee, depth + 1));
    return result;
}

std::vector<Word> words_of(CXCursor cursor) {
    std::vector<Word> words;
    visit(cursor, [&](CXCursor child) {
        if (clang_getCursorKind(child) != CXCursor_AnnotateAttr) return;
        const std::string text = take(clang_getCursorSpelling(child));
        const size_t space = text.find(' ');
        std::string arguments = space == std::string::npos ? "" : text.substr(space + 1);
        while (!arguments.empty() && arguments.back() == ' ') arguments.pop_back();
        words.push_back({text.substr(0, space), arguments, place_of(clang_getCursorLocation(child))});
    });
    return words;
}

std::string declare(std::string type, const std::string& name) {
    if (type == "_Bool") type = "bool";  // what both languages call it
    return type + (type.back() == '*' || name.empty() ? "" : " ") + name;
}

Function function_of(CXCursor cursor) {
    Function function;
    function.name = take(clang_getCursorSpelling(cursor));
    function.place = place_of(clang_getCursorLocation(cursor));
    function.words = words_of(cursor);
    function.comment = take(clang_Cursor_getRawCommentText(cursor));
    const CXType type = clang_getCursorType(cursor);
    function.result = type_of(clang_getResultType(type));
    function.variadic = clang_isFunctionTypeVariadic(type);
    function.from_system = place_of(clang_getCursorLocation(clang_getCanonicalCursor(cursor))).file != function.place.file;
    std::string list;
    for (int i = 0; i < clang_Cursor_getNumArguments(cursor); i++) {
        const CXCursor argument = clang_Cursor_getArgument(cursor, static_cast<unsigned>(i));
        const CXType argument_type = clang_getCursorType(argument);
        Parameter parameter{take(clang_getCursorSpelling(argument)), type_of(argument_type), words_of(argument),
                            place_of(clang_getCursorLocation(argument))};
        std::string spelling = declare(take(clang_getTypeSpelling(argument_type)), parameter.name);
        if (parameter.type.kind == TypeKind::array) {  // libclang shows int fds[2] as written
            const CXType element = clang_getArrayElementType(argument_type);
            const std::string name = take(clang_getTypeSpelling(element));
            const long long count = clang_getArraySize(argument_type);
            spelling = declare(name, parameter.name) + "[" + (count > 0 ? std::to_string(count) : "") + "]";
            parameter.type = {TypeKind::pointer, 8, name + " *", false, false, false, "", "", std::make_shared<Type>(type_of(element))};
        }
        if (!list.empty()) list += ", ";
        list += spelling;
        function.parameters.push_back(std::move(parameter));
    }
    if (function.variadic) list += ", ...";
    function.declaration = declare(take(clang_getTypeSpelling(clang_getResultType(type))), function.name) + "(" +
                           (list.empty() ? "void" : list) + ")";
    return function;
}

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

void fields_of(CXType type, std::vector<std::pair<std::string, unsigned>>& fields) {
    visit(clang_getTypeDeclaration(clang_getCanonicalType(type)), [&](CXCursor field) {
        if (clang_getCursorKind(field) != CXCursor_FieldDecl) return;
        const std::string name = take(clang_getCursorSpelling(field));
        fields.emplace_back(name, static_cast<unsigned>(clang_Cursor_getOffsetOfField(field) / 8));
    });
}

void add_type(CXCursor cursor, const std::string& text, std::vector<LocalType>& types) {
    const CXSourceRange range = clang_getCursorExtent(cursor);
    unsigned begin, end;
    clang_getExpansionLocation(clang_getRangeStart(range), nullptr, nullptr, nullptr, &begin);
    clang_getExpansionLocation(clang_getRangeEnd(range), nullptr, nullptr, nullptr, &end);
    LocalType type;
    type.text = text.substr(begin, end - begin) + ";";
    type.place = place_of(clang_getCursorLocation(cursor));
    if (!types.empty() && type.text.find(types.back().text.substr(0, types.back().text.size() - 1)) != std::string::npos)
        types.pop_back();  // typedef struct { … } name: the struct came first by itself
    const CXType clang_type = clang_getCursorType(cursor);
    if (clang_getCanonicalType(clang_type).kind == CXType_Record) {
        type.record = take(clang_getTypeSpelling(clang_type));
        type.bytes = static_cast<unsigned>(clang_Type_getSizeOf(clang_type));
        fields_of(clang_type, type.fields);
    }
    types.push_back(std::move(type));
}

void find_includes(const std::string& text, std::vector<std::string>& includes) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind("#include", 0) != 0) continue;
        if (line.find("future/idl.h") != std::string::npos || line.find("annotations.h") != std::string::npos) continue;
        includes.push_back(line);
    }
}

std::string identifier_at(const std::string& text, const Place& place) {
    size_t position = 0;
    for (unsigned line = 1; line < place.line; line++) position = text.find('\n', position) + 1;
    position += place.column - 1;
    size_t end = position;
    while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_')) end++;
    return text.substr(position, end - position);
}

// A misspelt word reaches us as clang's complaint about what follows a declarator.
void report_errors(CXTranslationUnit unit, const std::string& path, const std::string& text, Diagnostics& diagnostics) {
    bool misspelt = false;
    std::vector<std::pair<Place, std::string>> rest;
    std::set<unsigned> lines;
    for (unsigned i = 0; i < clang_getNumDiagnostics(unit); i++) {
        CXDiagnostic diagnostic = clang_getDiagnostic(unit, i);
        if (clang_getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error) {
            const Place place = place_of(clang_getDiagnosticLocation(diagnostic));
            const std::string word = place.file == path ? identifier_at(text, place) : "";
            if (word.size() > 2 && word.back() == '_' && !is_word(word.substr(0, word.size() - 1))) {
                const std::string meant = nearest(word.substr(0, word.size() - 1), word_names());
                diagnostics.error(1, place, "unknown word '" + word + "'",
                                  meant.empty() ? "the words are listed in docs/idl-guide.md" : "did you mean '" + meant + "_'?");
                misspelt = true;
            } else {
                rest.emplace_back(place, take(clang_getDiagnosticSpelling(diagnostic)));
            }
        }
        clang_disposeDiagnostic(diagnostic);
    }
    if (misspelt) return;
    for (const auto& [place, message] : rest)
        diagnostics.error(5, place, message, "the header must compile as C with the system's own headers; nothing is read until it does");
}

}  // namespace

Source read_source(const std::string& path, const ReadOptions& options, Diagnostics& diagnostics) {
    Source source;
    source.path = path;
    const std::string text = read_text(path);
    Unit parsed(path, options, nullptr);
    if (!parsed.unit) {
        diagnostics.error(5, {path, 1, 1}, "the file cannot be read", "give the path of an interface header, such as idl/file.idl.h");
        return source;
    }
    report_errors(parsed.unit, path, text, diagnostics);
    if (diagnostics.failed()) return source;
    find_includes(text, source.includes);
    visit(clang_getTranslationUnitCursor(parsed.unit), [&](CXCursor cursor) {
        if (place_of(clang_getCursorLocation(cursor)).file != path) return;
        switch (clang_getCursorKind(cursor)) {
        case CXCursor_FunctionDecl: source.functions.push_back(function_of(cursor)); break;
        case CXCursor_VarDecl:
            for (Word& word : words_of(cursor))
                (word.name == "interface" ? source.interface_words : source.set_words).push_back(word);
            break;
        case CXCursor_StructDecl: case CXCursor_UnionDecl: case CXCursor_EnumDecl: case CXCursor_TypedefDecl:
            add_type(cursor, text, source.types);
            break;
        default: break;
        }
    });
    return source;
}

std::map<std::string, int64_t> evaluate(const std::string& path, const ReadOptions& options,
                                        const std::vector<Expression>& expressions, Diagnostics& diagnostics) {
    std::string text = "#if __has_include(<sys/syscall.h>)\n#include <sys/syscall.h>\n#endif\n#include <errno.h>\n#include \"" + path.substr(path.rfind('/') + 1) + "\"\n";
    constexpr unsigned kPrelude = 5;  // lines before the first expression; then three for each
    for (size_t i = 0; i < expressions.size(); i++) {
        const Expression& e = expressions[i];
        text += e.only_if.empty() ? "#if 1\n" : "#ifdef " + e.only_if + "\n";
        text += "enum { future_value_" + std::to_string(i) + " = (" + e.text + ") };\n#endif\n";
    }
    std::map<std::string, int64_t> values;
    const std::string name = path + ".values.c";
    std::set<size_t> refused;  // libclang gives these a value too: 0
    Unit parsed(name, options, &text);
    for (unsigned i = 0; i < clang_getNumDiagnostics(parsed.unit); i++) {
        CXDiagnostic diagnostic = clang_getDiagnostic(parsed.unit, i);
        const Place place = place_of(clang_getDiagnosticLocation(diagnostic));
        const bool error = clang_getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error;
        if (error && (place.file != name || place.line <= kPrelude)) {
            diagnostics.error(5, place, take(clang_getDiagnosticSpelling(diagnostic)), "the header must compile with these flags; nothing is compared until it does");
        } else if (error) {
            const Expression& e = expressions.at((place.line - kPrelude - 1) / 3);
            refused.insert((place.line - kPrelude - 1) / 3);
            if (!e.optional)
                diagnostics.error(114, e.place, "'" + e.text + "' is no constant here: " + take(clang_getDiagnosticSpelling(diagnostic)),
                                  "include the header that defines it, or take it out of the set");
        }
        clang_disposeDiagnostic(diagnostic);
    }
    visit(clang_getTranslationUnitCursor(parsed.unit), [&](CXCursor declaration) {
        if (clang_getCursorKind(declaration) != CXCursor_EnumDecl) return;
        visit(declaration, [&](CXCursor constant) {
            const std::string spelling = take(clang_getCursorSpelling(constant));
            if (spelling.rfind("future_value_", 0) != 0) return;
            const size_t index = std::stoul(spelling.substr(13));
            if (!refused.count(index)) values[expressions.at(index).text] = clang_getEnumConstantDeclValue(constant);
        });
    });
    return values;
}

std::map<std::string, Layout> layouts(const std::string& path, const ReadOptions& options,
                                      const std::vector<std::string>& records) {
    std::string text = "#include \"" + path.substr(path.rfind('/') + 1) + "\"\n";
    for (size_t i = 0; i < records.size(); i++)
        text += "extern " + records[i] + " future_record_" + std::to_string(i) + ";\n";
    std::map<std::string, Layout> found;
    Unit parsed(path + ".layouts.c", options, &text);
    visit(clang_getTranslationUnitCursor(parsed.unit), [&](CXCursor variable) {
        const std::string spelling = take(clang_getCursorSpelling(variable));
        if (clang_getCursorKind(variable) != CXCursor_VarDecl || spelling.rfind("future_record_", 0) != 0) return;
        const CXType type = clang_getCursorType(variable);
        Layout layout;
        if (const long long bytes = clang_Type_getSizeOf(type); bytes > 0) layout.bytes = static_cast<unsigned>(bytes);
        fields_of(type, layout.fields);
        found[records.at(std::stoul(spelling.substr(14)))] = layout;
    });
    return found;
}

}  // namespace gen
