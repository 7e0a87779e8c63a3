# SPDX-License-Identifier: MIT
# Writes build/bin/future-cc and future-clang, the CMake toolchain file, and what they need in the sysroot besides the libraries.

list(JOIN FUTURE_COMPILE_FLAGS " " future_cc_compile)
string(REPLACE "SHELL:" "" future_cc_compile "${future_cc_compile}")
list(JOIN FUTURE_LINK_FLAGS " " future_cc_link)
function(future_write_compiler future_cc_name future_cc_compiler future_cc_compile)
  configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/future-cc.in ${CMAKE_BINARY_DIR}/bin/${future_cc_name} @ONLY
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endfunction()
future_write_compiler(future-cc ${FUTURE_CC} "${future_cc_compile}")

# The same with clang, whose own assembler does not pass by our `as`.
find_program(FUTURE_CLANG NAMES clang clang-19 clang-14)
if(FUTURE_CLANG)
  execute_process(COMMAND ${FUTURE_CLANG} -print-resource-dir OUTPUT_VARIABLE clang_resources
    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE "${FUTURE_GCC_INCLUDE}" "${clang_resources}/include" future_clang_compile "${future_cc_compile}")
  future_write_compiler(future-clang ${FUTURE_CLANG} "-Qunused-arguments -fno-integrated-as ${future_clang_compile}")
endif()
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
