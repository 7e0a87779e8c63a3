/* SPDX-License-Identifier: MIT */
/* The Mandelbrot set as a PNG: threads take rows from a shared counter; only the finished picture needs Linux. */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "png.h"

enum { ITERATIONS = 2000, MAX_SIDE = 16384, MAX_THREADS = 4096 };

static uint32_t width = 960, height = 640;
static uint8_t *pixels;
static atomic_uint next_row;

/* A palette index: 0 inside the set, else a smooth function of how fast the point escapes. */
static uint8_t colour_of(double re, double im)
{
	double x = 0, y = 0, x2 = 0, y2 = 0;
	int n = 0;

	while (n < ITERATIONS && x2 + y2 < 256) {
		y = 2 * x * y + im;
		x = x2 - y2 + re;
		x2 = x * x;
		y2 = y * y;
		n++;
	}
	if (n == ITERATIONS)
		return 0;
	return (uint8_t)(1 + (int)(24 * (n + 1 - log2(log2(x2 + y2) / 2))) % 255);
}

static void *draw_rows(void *unused)
{
	const double scale = 3.0 / width;
	uint32_t y;

	(void)unused;
	while ((y = atomic_fetch_add(&next_row, 1)) < height)
		for (uint32_t x = 0; x < width; x++)
			pixels[(size_t)y * width + x] =
				colour_of(-2.2 + x * scale, ((double)y - height / 2.0) * scale);
	return NULL;
}

static void fill_palette(uint8_t palette[256][3])
{
	for (int i = 0; i < 256; i++)
		for (int channel = 0; channel < 3; channel++) {
			double angle = 6.2831853 * (i / 255.0 + 0.05 * channel) + 0.4;

			palette[i][channel] = i ? (uint8_t)(127.5 - 127.5 * cos(angle * (1 + 0.02 * channel))) : 0;
		}
}

static int usage(FILE *to, int status)
{
	fputs("usage: mandelbrot [-t THREADS] [-w WIDTH] [-h HEIGHT] OUTPUT.png\n", to);
	return status;
}

static int save(const char *name)
{
	uint8_t palette[256][3];
	FILE *to = fopen(name, "wb");

	fill_palette(palette);
	if (!to || png_write(to, pixels, width, height, palette) != 0) {
		perror(name);
		return 1;
	}
	if (fclose(to) != 0) {
		perror(name);
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	long threads = 4 * sysconf(_SC_NPROCESSORS_ONLN), started = 0;
	pthread_t *ids;
	int option;

	while ((option = getopt(argc, argv, "t:w:h:")) != -1) {
		switch (option) {
		case 't': threads = strtol(optarg, NULL, 10); break;
		case 'w': width = (uint32_t)strtoul(optarg, NULL, 10); break;
		case 'h': height = (uint32_t)strtoul(optarg, NULL, 10); break;
		default: return usage(stderr, 2);
		}
	}
	if (threads < 1 || threads > MAX_THREADS || optind + 1 != argc || !width || width > MAX_SIDE || !height ||
	    height > MAX_SIDE)
		return usage(stderr, 2);
	pixels = malloc((size_t)width * height);
	ids = calloc((size_t)threads, sizeof *ids);
	if (!pixels || !ids) {
		fputs("mandelbrot: no memory for the picture\n", stderr);
		return 1;
	}
	while (started < threads && pthread_create(&ids[started], NULL, draw_rows, NULL) == 0)
		started++;
	if (started == 0)
		draw_rows(NULL);
	for (long i = 0; i < started; i++)
		pthread_join(ids[i], NULL);
	return save(argv[optind]);
}
