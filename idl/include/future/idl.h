/* SPDX-License-Identifier: MIT */
/* What an interface header includes: the IDL's words. */
#include "../../annotations.h"
