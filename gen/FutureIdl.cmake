# SPDX-License-Identifier: MIT
# future_add_interface(FILE.idl.h [HANDLER source…] [KERNEL] [LOCK schema.capnp])
#
# Generates, at build time, ${CMAKE_BINARY_DIR}/generated/NAME* from an interface header, and defines
#   NAME_wire        INTERFACE: NAME_wire.h (and NAME.h) on the include path; its dependants wait for the generator
#   NAME_decoder     tables for trace and fuzzing (NAME_decoder.h); Linux side
#   NAME_dispatch    Linux side: NAME_handler.h, the execute functions, and HANDLER's sources
# and without KERNEL (messages between machine and kernel only) the variable
#   NAME_client_sources   the stubs, for a library of Future's side; in Future's own tree they join libfuture at once.
# Adding a call to an interface needs no change here or anywhere else.
include_guard(GLOBAL)
set(FUTURE_IDL_ROOT ${CMAKE_CURRENT_LIST_DIR}/.. CACHE INTERNAL "")

function(future_add_interface file)
  cmake_parse_arguments(PARSE_ARGV 1 arg "KERNEL" "LOCK" "HANDLER")
  cmake_path(ABSOLUTE_PATH file NORMALIZE)
  cmake_path(GET file FILENAME name)
  string(REGEX REPLACE "\\.idl\\.h$" "" name ${name})
  cmake_path(GET file PARENT_PATH folder)
  cmake_path(SET root NORMALIZE ${FUTURE_IDL_ROOT})
  set(out ${CMAKE_BINARY_DIR}/generated)
  if(NOT arg_LOCK)
    set(arg_LOCK ${folder}/schema/${name}.capnp)
  endif()

  set(files .capnp _wire.h .md _decoder.h _decoder.cc _roundtrip_test.cc)
  set(mode --kernel)
  if(NOT arg_KERNEL)
    list(APPEND files .h _client.c _handler.h _dispatch.cc _seccomp.inc)
    set(mode)
  endif()
  list(TRANSFORM files PREPEND ${out}/${name})
  set(lock_input)
  if(EXISTS ${arg_LOCK})
    set(lock_input ${arg_LOCK})
  endif()
  set(flags --lock ${arg_LOCK} -I ${root}/idl/include ${mode})
  set_property(GLOBAL APPEND PROPERTY FUTURE_INTERFACES ${name})
  set_property(GLOBAL PROPERTY FUTURE_INTERFACE_${name}_CHECK ${file} ${flags})
  add_custom_command(OUTPUT ${files}
    COMMAND future-gen emit ${file} --out ${out} ${flags}
    DEPENDS future-gen ${file} ${lock_input} ${root}/idl/annotations.h ${root}/idl/include/future/idl.h
    COMMENT "future-gen ${name}.idl.h" VERBATIM)
  add_custom_target(${name}_generated DEPENDS ${files})

  add_library(${name}_wire INTERFACE)
  target_include_directories(${name}_wire INTERFACE ${out} ${root})
  add_dependencies(${name}_wire ${name}_generated)

  add_library(${name}_decoder STATIC ${out}/${name}_decoder.cc)
  target_include_directories(${name}_decoder PUBLIC ${root}/linux/proxy/include)
  target_link_libraries(${name}_decoder PUBLIC ${name}_wire $<TARGET_NAME_IF_EXISTS:future_warnings>)
  set(${name}_generated_dir ${out} PARENT_SCOPE)
  if(arg_KERNEL)
    return()
  endif()

  add_library(${name}_dispatch STATIC ${out}/${name}_dispatch.cc ${arg_HANDLER})
  target_include_directories(${name}_dispatch PUBLIC ${root}/linux/proxy/include)
  target_link_libraries(${name}_dispatch PUBLIC ${name}_wire $<TARGET_NAME_IF_EXISTS:future_warnings>)
  set(${name}_client_sources ${out}/${name}_client.c PARENT_SCOPE)
  if(TARGET libfuture)
    target_sources(libfuture PRIVATE ${out}/${name}_client.c)
    target_include_directories(libfuture PRIVATE ${out})
    add_dependencies(libfuture ${name}_generated)
    # Programs find the header beside the C library's.
    set(installed ${FUTURE_SYSROOT}/include/${name}.h)
    add_custom_command(OUTPUT ${installed}
      COMMAND ${CMAKE_COMMAND} -E copy ${out}/${name}.h ${installed}
      DEPENDS ${out}/${name}.h ${name}_generated future_newlib VERBATIM)
    add_custom_target(${name}_header ALL DEPENDS ${installed})
    add_dependencies(libfuture ${name}_header)
  endif()
endfunction()
