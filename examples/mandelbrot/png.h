/* SPDX-License-Identifier: MIT */
/* A PNG writer for palette images: stored (uncompressed) deflate blocks, so that it needs no library. */
#ifndef MANDELBROT_PNG_H
#define MANDELBROT_PNG_H

#include <stdint.h>
#include <stdio.h>

/* pixels: height rows of width palette indices. 0, or -1 with errno set by stdio. PNG specification, 2nd edition. */
int png_write(FILE *to, const uint8_t *pixels, uint32_t width, uint32_t height, const uint8_t palette[256][3]);

#endif
