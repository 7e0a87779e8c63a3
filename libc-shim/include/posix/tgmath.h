/* SPDX-License-Identifier: MIT
 * <tgmath.h> with long double, which newlib's leaves out, and with results of the arguments' type. */
#ifndef FUTURE_TGMATH_H
#define FUTURE_TGMATH_H

#include_next <tgmath.h>

/* newlib has this for other systems only; its choice between functions by ?: made every result a double. */
#undef __tg_impl_simple
#define __tg_impl_simple(__x, __y, __z, __fn, __fnf, __fnl, ...) \
    __builtin_choose_expr(__tg_type_corr(__x, __y, __z, long double), __fnl(__VA_ARGS__), \
                          __builtin_choose_expr(__tg_type_corr(__x, __y, __z, double) || __tg_integer(__x, __y, __z), \
                                                __fn(__VA_ARGS__), __fnf(__VA_ARGS__)))
/* Its test whether 1.5 becomes 1 is no constant where roundings may change. */
#undef __tg_integer
#define __tg_floating(__x) \
    _Generic((__x), float: 1, double: 1, long double: 1, float _Complex: 1, double _Complex: 1, long double _Complex: 1, default: 0)
#define __tg_integer(__x, __y, __z) (!__tg_floating(__x) || !__tg_floating(__y) || !__tg_floating(__z))
#undef nexttoward
#define nexttoward(__x, __y) __tg_simplev(__x, nexttoward, __x, __y)

#endif
