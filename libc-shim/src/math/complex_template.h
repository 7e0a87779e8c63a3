/* SPDX-License-Identifier: MIT
 * The complex functions of one real type: REAL, COMPLEX, R(name) for the real function's name with its suffix, FORM for the
 * builtin that puts two parts together, and LARGE, above which exp overflows while half of it does not.
 *
 * Special values are C17's (annex G); where the parts are finite, the formulas are the usual ones, arranged so that neither
 * cancels nor overflows what need not. */

#define MAKE(x, y) FORM((REAL)(x), (REAL)(y))

/* exp(x) times a factor of at most 1, where exp(x) itself may overflow. */
static REAL R(exp_times)(REAL x, REAL factor)
{
    REAL half;

    if (x < LARGE)
        return R(exp)(x) * factor;
    half = R(exp)(x / 2);
    return half * factor * half;
}

REAL R(carg)(COMPLEX z)
{
    return R(atan2)(__imag__ z, __real__ z);
}

COMPLEX R(cproj)(COMPLEX z)
{
    if (isinf(__real__ z) || isinf(__imag__ z))
        return MAKE(INFINITY, R(copysign)(0, __imag__ z));
    return z;
}

COMPLEX R(cexp)(COMPLEX z)
{
    REAL x = __real__ z, y = __imag__ z;

    if (y == 0)
        return MAKE(R(exp)(x), y);
    if (!isfinite(y)) {
        if (isinf(x))
            return signbit(x) ? MAKE(0, R(copysign)(0, y)) : MAKE(x, y - y);
        return MAKE(y - y, y - y);
    }
    return MAKE(R(exp_times)(x, R(cos)(y)), R(exp_times)(x, R(sin)(y)));
}

COMPLEX R(clog)(COMPLEX z)
{
    REAL large = R(fabs)(__real__ z), small = R(fabs)(__imag__ z), swap, size;

    if (large < small)
        swap = large, large = small, small = swap;
    /* Near the circle of 1, the logarithm is that of a difference. */
    if (large > (REAL)0.5 && large < 2 && large * large + small * small < 3)
        size = R(log1p)((large - 1) * (large + 1) + small * small) / 2;
    else
        size = R(log)(R(hypot)(large, small));
    return MAKE(size, R(carg)(z));
}

COMPLEX R(clog10)(COMPLEX z)
{
    const REAL one_tenth = (REAL)0.43429448190325182765112891891660508229L;
    COMPLEX natural = R(clog)(z);

    return MAKE(one_tenth * __real__ natural, one_tenth * __imag__ natural);
}

COMPLEX R(cpow)(COMPLEX z, COMPLEX power)
{
    if (__real__ power == 0 && __imag__ power == 0)
        return MAKE(1, 0);
    if (__real__ z == 0 && __imag__ z == 0 && __real__ power > 0)
        return MAKE(0, 0);
    return R(cexp)(power * R(clog)(z));
}

COMPLEX R(csqrt)(COMPLEX z)
{
    REAL x = __real__ z, y = __imag__ z, root, scale = 1;

    if (x == 0 && y == 0)
        return MAKE(0, y);
    if (isinf(y))
        return MAKE(INFINITY, y);
    if (isnan(x))
        return MAKE(x, (y - y) / (y - y));
    if (isinf(x))
        return signbit(x) ? MAKE(R(fabs)(y - y), R(copysign)(x, y)) : MAKE(x, R(copysign)(y - y, y));
    if (R(fabs)(x) > LARGEST / 4 || R(fabs)(y) > LARGEST / 4)
        x /= 4, y /= 4, scale = 2;
    else if (R(fabs)(x) < SMALLEST * 8 && R(fabs)(y) < SMALLEST * 8)
        x = R(scalbn)(x, 128), y = R(scalbn)(y, 128), scale = R(scalbn)(1, -64);
    root = R(sqrt)((R(fabs)(x) + R(hypot)(x, y)) / 2);
    if (x >= 0)
        return MAKE(root * scale, y / (2 * root) * scale);
    return MAKE(R(fabs)(y) / (2 * root) * scale, R(copysign)(root, y) * scale);
}

COMPLEX R(csinh)(COMPLEX z)
{
    REAL x = __real__ z, y = __imag__ z;

    if (isfinite(x) && isfinite(y)) {
        if (y == 0)
            return MAKE(R(sinh)(x), y);
        if (R(fabs)(x) < 22)
            return MAKE(R(sinh)(x) * R(cos)(y), R(cosh)(x) * R(sin)(y));
        return MAKE(R(exp_times)(R(fabs)(x), R(cos)(y) / 2) * (signbit(x) ? -1 : 1), R(exp_times)(R(fabs)(x), R(sin)(y) / 2));
    }
    if (x == 0)
        return MAKE(R(copysign)(0, x * (y - y)), y - y);
    if (y == 0)
        return MAKE(x, isnan(x) ? R(copysign)(0, y) : y);
    if (isfinite(x))
        return MAKE(y - y, x * (y - y));
    if (isinf(x))
        return isfinite(y) ? MAKE(x * R(cos)(y), INFINITY * R(sin)(y)) : MAKE(x * x, x * (y - y));
    return MAKE((x * x) * (y - y), (x + x) * (y - y));
}

COMPLEX R(ccosh)(COMPLEX z)
{
    REAL x = __real__ z, y = __imag__ z;

    if (isfinite(x) && isfinite(y)) {
        if (y == 0)
            return MAKE(R(cosh)(x), x * y);
        if (R(fabs)(x) < 22)
            return MAKE(R(cosh)(x) * R(cos)(y), R(sinh)(x) * R(sin)(y));
        return MAKE(R(exp_times)(R(fabs)(x), R(cos)(y) / 2), R(exp_times)(R(fabs)(x), R(sin)(y) / 2) * (signbit(x) ? -1 : 1));
    }
    if (x == 0)
        return MAKE(y - y, x * R(copysign)(0, y - y));
    if (y == 0)
        return MAKE(x * x, isinf(x) ? R(copysign)(0, x) * y : R(copysign)(0, (x + x) * y));
    if (isfinite(x))
        return MAKE(y - y, x * (y - y));
    if (isinf(x))
        return isfinite(y) ? MAKE(x * x * R(cos)(y), x * R(sin)(y)) : MAKE(INFINITY, x * (y - y));
    return MAKE((x * x) * (y - y), (x + x) * (y - y));
}

/* Kahan's. */
COMPLEX R(ctanh)(COMPLEX z)
{
    REAL x = __real__ z, y = __imag__ z, tangent, beta, sine, rho, divisor;

    if (!isfinite(x)) {
        if (isnan(x))
            return MAKE(x, y == 0 ? y : x * y);
        return MAKE(R(copysign)(1, x), R(copysign)(0, isinf(y) ? y : R(sin)(y) * R(cos)(y)));
    }
    if (!isfinite(y))
        return MAKE(x == 0 ? x : y - y, y - y);
    if (R(fabs)(x) >= 22) {
        REAL shrink = R(exp)(-R(fabs)(x));

        return MAKE(R(copysign)(1, x), 4 * R(sin)(y) * R(cos)(y) * shrink * shrink);
    }
    tangent = R(tan)(y);
    beta = 1 + tangent * tangent;
    sine = R(sinh)(x);
    rho = R(sqrt)(1 + sine * sine);
    divisor = 1 + beta * sine * sine;
    return MAKE(beta * rho * sine / divisor, tangent / divisor);
}

/* The circular functions are the hyperbolic ones turned by a right angle. */

COMPLEX R(csin)(COMPLEX z)
{
    COMPLEX turned = R(csinh)(MAKE(-__imag__ z, __real__ z));

    return MAKE(__imag__ turned, -__real__ turned);
}

COMPLEX R(ccos)(COMPLEX z)
{
    return R(ccosh)(MAKE(-__imag__ z, __real__ z));
}

COMPLEX R(ctan)(COMPLEX z)
{
    COMPLEX turned = R(ctanh)(MAKE(-__imag__ z, __real__ z));

    return MAKE(__imag__ turned, -__real__ turned);
}

COMPLEX R(catan)(COMPLEX z)
{
    const REAL right_angle = (REAL)1.57079632679489661923132169163975144210L;
    REAL x = __real__ z, y = __imag__ z, away;

    if (isinf(x) || isinf(y))
        return MAKE(isnan(x) ? x : R(copysign)(right_angle, x), R(copysign)(0, y));
    if (isnan(x) || isnan(y))
        return MAKE(x + y, y == 0 ? y : x + y);
    if (x == 0 && R(fabs)(y) <= 1)
        return MAKE(x, R(atanh)(y));
    if (R(fabs)(x) > SQUARES || R(fabs)(y) > SQUARES) /* whose squares overflow: far away it is 1/z from the angle */
        return MAKE(R(copysign)(right_angle, x), R(copysign)(1, y) * (R(fabs)(y) > R(fabs)(x) ? 1 / R(fabs)(y) : R(fabs)(y) / x / x));
    away = x * x + (1 - R(fabs)(y)) * (1 - R(fabs)(y));
    return MAKE(R(atan2)(2 * x, (1 - y) * (1 + y) - x * x) / 2, R(copysign)(R(log1p)(4 * R(fabs)(y) / away) / 4, y));
}
