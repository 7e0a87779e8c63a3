// SPDX-License-Identifier: MIT
// Random edits of random calls: whatever the lock calls compatible is run, older program on newer proxy and newer on older.
//
// The older program must be served, and find what it asked for; the newer one is served or refused with an error, never
// misread; and nobody's memory changes but what he passed to be written. FUTURE_LOCK_EDITS: how many edits, in rounds of 250;
// FUTURE_LOCK_SEED: the first round's seed (README.md).
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sides.h"

using namespace edits;

namespace {

constexpr uint64_t kCalls = 250;  // of one interface; a round's cost is nearly that of its headers and processes
constexpr uint64_t kUsualEdits = 500;

std::string contents(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

class Round {
public:
    explicit Round(uint64_t seed) : random_(seed) {
        std::string name = "/tmp/future-edits-XXXXXX";
        REQUIRE(mkdtemp(name.data()));
        folder_ = name;
    }
    ~Round() { std::filesystem::remove_all(folder_); }

    void run() {
        for (uint64_t number = 0; number < kCalls; number++) old_.push_back(random_call(random_, static_cast<int>(number)));
        lock_old();
        make_new();
        leave_out_refused();
        REQUIRE(gen("emit", "old") == 0);
        REQUIRE(gen("emit", "new") == 0);
        pair("an older program, a newer proxy", "old", old_, "new", new_, false);
        pair("a newer program, an older proxy", "new", new_, "old", old_, true);
    }

    size_t compatible = 0, refused = 0;

private:
    void write(const std::string& name, const std::string& text) {
        std::filesystem::create_directories(std::filesystem::path(folder_ + "/" + name).parent_path());
        std::ofstream(folder_ + "/" + name) << text;
    }

    int command(const std::string& line) { return std::system(("cd " + folder_ + " && " + line + " > said 2>&1").c_str()); }

    int gen(const std::string& verb, const std::string& version) {
        return command(FUTURE_GEN " " + verb + " " + version + "/edits.idl.h --lock old/schema/edits.capnp -I " FUTURE_SOURCE "/idl/include" +
                       (verb == "emit" ? " --out " + version : ""));
    }

    void lock_old() {
        std::filesystem::remove_all(folder_ + "/old");
        write("old/edits.idl.h", header_of(old_));
        REQUIRE(gen("lock", "old") == 0);
    }

    // What was taken back is not worth compiling.
    void leave_out_refused() {
        for (size_t i = new_.size(); i-- > 0;)
            if (new_[i].edit.empty()) new_.erase(new_.begin() + static_cast<long>(i)), old_.erase(old_.begin() + static_cast<long>(i));
        lock_old();
        write("new/edits.idl.h", header_of(new_));
        compatible += new_.size();
    }

    // Edits that gen refuses are taken back: for breaking older programs, which is the lock's verdict, or for making no sense.
    void make_new() {
        for (const Call& call : old_) new_.push_back(edited(random_, call));
        for (int tries = 0; tries < 10; tries++) {
            const std::string header = header_of(new_);
            write("new/edits.idl.h", header);
            if (gen("check", "new") == 0) break;
            const std::string said = contents(folder_ + "/said");
            bool progress = false;
            std::istringstream lines(said);
            for (std::string line; std::getline(lines, line);) {
                if (line.find(": error: ") == line.npos) continue;
                const size_t number = call_at(header, std::stoul(line.substr(line.find(':') + 1)));
                if (new_[number].edit.empty()) continue;
                refused += line.find("FI401") != line.npos;
                new_[number] = old_[number];
                progress = true;
            }
            REQUIRE_MESSAGE(progress, said);
        }
    }

    // The call whose declaration, or whose types, stand in this line.
    static size_t call_at(const std::string& header, size_t line) {
        std::istringstream lines(header);
        size_t at = 0;
        for (std::string text; std::getline(lines, text);)
            if (++at >= line && text.find(" call_(") != text.npos) return std::stoul(text.substr(text.find(" call_(") + 7));
        FAIL("no call at line " << line);
        return 0;
    }

    void pair(const std::string& what, const std::string& program, const std::vector<Call>& programs, const std::string& proxy,
              const std::vector<Call>& proxys, bool may_be_refused) {
        write("program.c", program_of(programs, proxys, may_be_refused));
        write("proxy.cc", "#include \"edits_dispatch.cc\"\n" + proxy_of(proxys, programs));  // one file: the headers are most of it
        const std::string includes = " -I " FUTURE_SOURCE " -I " FUTURE_SOURCE "/linux/proxy/include -I " FUTURE_SOURCE "/linux/proxy -I " FUTURE_SOURCE "/runtime/multh/include ";
        CAPTURE(what);
        const int built = command(FUTURE_CC " -w -c program.c " + program + "/edits_client.c -I " + program + includes + "&& " FUTURE_CXX " -w -std=c++20 -o both proxy.cc program.o edits_client.o -I " +
                                  proxy + includes + FUTURE_CALLER);
        REQUIRE_MESSAGE(built == 0, contents(folder_ + "/said"));
        const int status = command("./both");
        std::string story;
        std::istringstream lines(contents(folder_ + "/said"));
        for (std::string line; std::getline(lines, line);) story += line + (line[0] == 'c' ? "   (" + edit_of(std::stoi(line.substr(1))) + ")\n" : "\n");
        CHECK_MESSAGE(status == 0, story);
    }

    std::string edit_of(int number) const {
        for (const Call& call : new_)
            if (call.number == number) return call.edit;
        return "";
    }

    Random random_;
    std::string folder_;
    std::vector<Call> old_, new_;
};

uint64_t number_in_environment(const char* name, uint64_t otherwise) {
    const char* text = getenv(name);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

}  // namespace

TEST_CASE("what the lock calls compatible is served, and corrupts nothing") {
    const uint64_t seed = number_in_environment("FUTURE_LOCK_SEED", 1), edits = number_in_environment("FUTURE_LOCK_EDITS", kUsualEdits);
    size_t compatible = 0, refused = 0;
    for (uint64_t i = 0; i * kCalls < edits; i++) {
        CAPTURE(seed + i);
        Round round(seed + i);
        round.run();
        compatible += round.compatible, refused += round.refused;
    }
    MESSAGE(compatible << " edits run both ways, " << refused << " refused by the lock");
    CHECK(compatible > 10);
    CHECK(refused > 10);
}
