# SPDX-License-Identifier: MIT
# The one place where the flags of Future-side code stand; functions that make libraries and programs with them.

if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  set(FUTURE_CC ${CMAKE_C_COMPILER})
else()
  find_program(FUTURE_CC gcc REQUIRED)
endif()
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH libc_shim)
set(FUTURE_SYSROOT ${CMAKE_BINARY_DIR}/sysroot)
set(FUTURE_OVERLAY_CORE ${libc_shim}/include/core)
set(FUTURE_OVERLAY_POSIX ${libc_shim}/include/posix)
execute_process(COMMAND ${FUTURE_CC} -print-file-name=include OUTPUT_VARIABLE FUTURE_GCC_INCLUDE
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
