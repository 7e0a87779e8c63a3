// SPDX-License-Identifier: MIT
// A handler's result: a value, or an errno that the call's declaration names.
#pragma once

#include <cerrno>
#include <type_traits>
#include <variant>

namespace future {

// What a handled call's errors are checked by: gen makes, for each call, a type `Errors` with
//     static constexpr bool names(int number);   // the declaration says `@retval` of it
// Not defined: that is where the compiler stops, and what it then quotes, where a handler fails with an error that its
// call's declaration does not name.
template <class Errors>
void FI201_the_declaration_of_this_call_does_not_name_this_error();

// An errno by its name, as in `return future::error(ENOENT);`. What is only known when the program runs is a linux_error,
// or a helper's `why()`.
struct error {
    explicit consteval error(int errno_value) : number(errno_value) {}
    int number;
};

// An errno that comes from elsewhere: -errno, as a raw system call returned it. No declaration need name it; a trace says
// so of one that it does not name.
struct linux_error {
    explicit constexpr linux_error(long returned) : number(static_cast<int>(-returned)) {}
    int number;
};

// An errno that these Errors name, or that came from Linux: what a helper passes on by `why()`.
template <class Errors>
struct checked_error {
    int number;
};

template <class Errors, class Others>
consteval bool names_all() {
    for (int number = 1; number < 4096; number++)
        if (Others::names(number) && !Errors::names(number)) return false;
    return true;
}

// A value (of a void result: none) or an errno that the call's declaration names. Handlers return it; no exception crosses
// them. Of an `error` it is made by the compiler, or refused.
template <class T, class Errors>
class [[nodiscard]] result {
    using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

public:
    constexpr result() requires std::is_void_v<T> = default;
    constexpr result(Value value) : value_(value) {}
    consteval result(error e) : error_(e.number) {
        if (!Errors::names(e.number)) FI201_the_declaration_of_this_call_does_not_name_this_error<Errors>();
    }
    constexpr result(linux_error e) : error_(e.number) {}
    template <class Others>
    constexpr result(checked_error<Others> e) : error_(e.number) {
        static_assert(names_all<Errors, Others>(), "FI201: the declaration of this call does not name all that its helper fails with");
    }
    // What a raw system call returned: a value, or -errno.
    static constexpr result of_linux(long returned) {
        return returned < 0 ? result(linux_error(returned)) : result(static_cast<Value>(returned));
    }
    constexpr bool ok() const { return error_ == 0; }
    constexpr int error_number() const { return error_; }
    constexpr checked_error<Errors> why() const { return {error_}; }
    constexpr const Value& value() const { return value_; }

private:
    Value value_{};
    int error_ = 0;
};

}  // namespace future
