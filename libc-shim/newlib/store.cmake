# SPDX-License-Identifier: MIT
# Puts a freshly installed newlib into the cache by one rename, and a copy of it into the build tree's sysroot.

cmake_path(GET CACHED PARENT_PATH cache)
file(MAKE_DIRECTORY ${cache})
execute_process(COMMAND mktemp -d ${cache}/new-XXXXXX OUTPUT_VARIABLE fresh OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)

file(MAKE_DIRECTORY ${fresh}/sysroot/lib)
file(COPY ${STAGE}/include DESTINATION ${fresh}/sysroot)
file(COPY ${STAGE}/lib/libc.a ${STAGE}/lib/libm.a DESTINATION ${fresh}/sysroot/lib)

# What the shim or the delegated calls define better: left in, an archive search could pull in both and fail.
string(REGEX REPLACE "([^,]+),?" "lib_a-\\1.o;" left_out ${LEFT_OUT})
execute_process(COMMAND ar d ${fresh}/sysroot/lib/libc.a ${left_out} COMMAND_ERROR_IS_FATAL ANY)

file(COPY ${KERNEL_HEADERS}/ DESTINATION ${fresh}/sysroot/include)
file(WRITE ${fresh}/sysroot/key ${KEY})

# A failed rename means that another build stored the same thing first; or that the disk is full or not ours, and then
# the next build pays again.
# The sysroot may hold libraries of ours by now: they stay.
file(MAKE_DIRECTORY ${SYSROOT})
execute_process(COMMAND cp -r --reflink=auto ${fresh}/sysroot/. ${SYSROOT} COMMAND_ERROR_IS_FATAL ANY)
file(RENAME ${fresh}/sysroot ${CACHED} RESULT ignored)
file(REMOVE_RECURSE ${fresh})
