/* SPDX-License-Identifier: MIT */
/* <search.h>: linear searches, queues, trees, hash tables. */
#include <search.h>
#include <stdio.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void linear(void)
{
	int array[5] = {3, 1, 4}, key = 5;
	size_t count = 3;
	int *found;

	printf("%d", lfind(&key, array, &count, sizeof key, compare) == NULL);
	found = lsearch(&key, array, &count, sizeof key, compare);
	printf(" %zu %td %d\n", count, found - array, array[3]);
	found = lsearch(&array[1], array, &count, sizeof key, compare);
	printf("%zu %td\n", count, found - array);
}

struct link {
	struct link *next, *previous;
};

static void queue(void)
{
	struct link a, b, c;

	insque(&a, NULL);
	insque(&c, &a);
	insque(&b, &a);
	printf("%d %d %d %d\n", a.previous == NULL, a.next == &b && b.previous == &a, b.next == &c && c.previous == &b, c.next == NULL);
	remque(&b);
	printf("%d\n", a.next == &c && c.previous == &a);
	remque(&c);
	printf("%d\n", a.next == NULL);
}

static void show(const void *node, VISIT visit, int depth)
{
	if (visit == postorder || visit == leaf)
		printf(" %d", **(const int *const *)node);
	(void)depth; /* of how deep a tree is, the standard says nothing */
}

static void tree(void)
{
	static int numbers[] = {50, 20, 70, 10, 60, 30, 80, 20};
	int absent = 55, i;
	void *root = NULL;

	for (i = 0; i < 8; i++) {
		int **node = tsearch(&numbers[i], &root, compare);

		printf("%d", *node == &numbers[i]); /* the second 20 finds the first */
	}
	twalk(root, show);
	printf(", %d %d", tfind(&absent, &root, compare) == NULL, **(int **)tfind(&numbers[4], &root, compare));
	printf(", %d %d", tdelete(&absent, &root, compare) == NULL, tdelete(&numbers[1], &root, compare) != NULL);
	twalk(root, show);
	printf("\n");
	for (i = 0; i < 7; i++)
		tdelete(&numbers[i], &root, compare);
	printf("%d\n", root == NULL);
}

static void table(void)
{
	static char keys[50][8];
	ENTRY *found;
	size_t i, right = 0;

	printf("%d", hcreate(50) != 0);
	for (i = 0; i < 50; i++) {
		snprintf(keys[i], sizeof keys[i], "key %zu", i);
		hsearch((ENTRY){keys[i], (void *)i}, ENTER);
	}
	for (i = 0; i < 50; i++) {
		found = hsearch((ENTRY){keys[i], NULL}, FIND);
		right += found && found->data == (void *)i;
	}
	printf(" %zu %d\n", right, hsearch((ENTRY){(char *)"absent", NULL}, FIND) == NULL);
	/* hdestroy may free the keys, or not: these are nobody's to free. */
}

int main(void)
{
	linear();
	queue();
	tree();
	table();
	return 0;
}
