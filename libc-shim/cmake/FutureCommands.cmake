# SPDX-License-Identifier: MIT
# Writes build/bin/future-cc, the CMake toolchain file, and what they need in the sysroot besides the libraries.

list(JOIN FUTURE_COMPILE_FLAGS " " future_cc_compile)
string(REPLACE "SHELL:" "" future_cc_compile "${future_cc_compile}")
list(JOIN FUTURE_LINK_FLAGS " " future_cc_link)
configure_file(${CMAKE_CURRENT_LIST_DIR}/future-cc.in ${CMAKE_BINARY_DIR}/bin/future-cc @ONLY
  FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
configure_file(${CMAKE_CURRENT_LIST_DIR}/future-toolchain.cmake.in
  ${CMAKE_BINARY_DIR}/share/future/future-toolchain.cmake @ONLY)

# Makefiles say -lpthread, -lrt and -ldl by habit; all of it is in libc and libmulth.
set(crt0 ${FUTURE_SYSROOT}/lib/crt0.o)
set(empty ${FUTURE_SYSROOT}/lib/libpthread.a ${FUTURE_SYSROOT}/lib/librt.a ${FUTURE_SYSROOT}/lib/libdl.a)
add_custom_command(OUTPUT ${crt0} ${empty}
  COMMAND ${CMAKE_COMMAND} -E copy $<TARGET_OBJECTS:future_crt0> ${crt0}
  COMMAND ${CMAKE_COMMAND} -E rm -f ${empty}
  COMMAND ar rc ${FUTURE_SYSROOT}/lib/libpthread.a
  COMMAND ar rc ${FUTURE_SYSROOT}/lib/librt.a
  COMMAND ar rc ${FUTURE_SYSROOT}/lib/libdl.a
  DEPENDS future_crt0 $<TARGET_OBJECTS:future_crt0> VERBATIM)
add_custom_target(future_sysroot ALL DEPENDS ${crt0} ${empty})
add_dependencies(future_sysroot future_newlib libfuture)
