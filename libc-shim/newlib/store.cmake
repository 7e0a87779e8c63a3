# SPDX-License-Identifier: MIT
# Makes the sysroot out of a freshly installed newlib, and puts a copy into the cache by one rename.

set(made ${STAGE}/sysroot)
file(REMOVE_RECURSE ${made})
file(COPY ${STAGE}/include DESTINATION ${made})
file(COPY ${STAGE}/lib/libc.a ${STAGE}/lib/libm.a DESTINATION ${made}/lib)
file(COPY ${KERNEL_HEADERS}/ DESTINATION ${made}/include)

file(MAKE_DIRECTORY ${SYSROOT})
execute_process(COMMAND cp -r --reflink=auto ${made}/. ${SYSROOT} COMMAND_ERROR_IS_FATAL ANY)

# Another build may have stored the same thing first; a cache that cannot be written costs the next build a minute, not
# this one its success. Old entries go: each change of an input leaves one.
cmake_path(GET CACHED PARENT_PATH cache)
execute_process(COMMAND sh -c [[
  mkdir -p "$1" && fresh=$(mktemp -d "$1/new-XXXXXX") || exit
  cp -r "$2" "$fresh/sysroot" && mv -T "$fresh/sysroot" "$3"
  rm -rf "$fresh"
  find "$1" -maxdepth 1 -name 'new-*' -mmin +60 -exec rm -rf {} +
  ls -1dt "$1"/sysroot-* | tail -n +9 | xargs -r rm -rf
  ]] sh ${cache} ${made} ${CACHED} ERROR_QUIET)
if(NOT EXISTS ${CACHED})
  message(WARNING "newlib is built, but ${cache} cannot be written: the next clean build will take the minute again")
endif()
