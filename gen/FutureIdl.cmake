# SPDX-License-Identifier: MIT
# future_add_interface(FILE.idl.h [KERNEL | PLUGIN] [HANDLER source…] [LOCK schema.capnp])
#
# Generates, at build time, ${CMAKE_BINARY_DIR}/generated/NAME* from an interface header, and defines
#   NAME_wire        INTERFACE: NAME_wire.h and NAME.h on the include path; what links it waits for the generator
#   NAME_decoder     Linux side: tables for trace and fuzzing (NAME_decoder.h)
# An interface of Future's own tree besides
#   NAME_dispatch    Linux side: NAME_handler.h, the execute functions, and HANDLER's sources
#   and its stubs join libfuture, which every program links.
# KERNEL: messages between machine and kernel only; nothing more. PLUGIN: an interface from anywhere, with an id:
#   NAME_plugin      ${CMAKE_BINARY_DIR}/lib/NAME.so for `future run --plugin`; HANDLER's sources say FUTURE_PLUGIN(Class)
#   NAME_client      the stubs, as a library for programs: target_link_libraries(program PRIVATE NAME_client)
# Adding a call to an interface needs no change here or anywhere else.
include_guard(GLOBAL)
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH FUTURE_IDL_ROOT)
set(FUTURE_IDL_ROOT ${FUTURE_IDL_ROOT} CACHE INTERNAL "")

function(future_add_interface file)
  cmake_parse_arguments(PARSE_ARGV 1 arg "KERNEL;PLUGIN" "LOCK" "HANDLER")
  if(arg_UNPARSED_ARGUMENTS OR (arg_KERNEL AND arg_PLUGIN))
    message(FATAL_ERROR "future_add_interface(${file}): [KERNEL | PLUGIN] [HANDLER source…] [LOCK schema.capnp]; got ${ARGN}")
  endif()
  cmake_path(ABSOLUTE_PATH file NORMALIZE)
  cmake_path(GET file FILENAME name)
  string(REGEX REPLACE "\\.idl\\.h$" "" name ${name})
  cmake_path(GET file PARENT_PATH folder)
  set(root ${FUTURE_IDL_ROOT})
  set(out ${CMAKE_BINARY_DIR}/generated)
  if(NOT arg_LOCK)
    set(arg_LOCK ${folder}/schema/${name}.capnp)
  endif()

  set(files .capnp _wire.h .md _decoder.h _decoder.cc _roundtrip_test.cc)
  set(mode --kernel)
  if(NOT arg_KERNEL)
    list(APPEND files .h _client.c _handler.h _dispatch.cc _plugin.cc _seccomp.inc)
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
  if(lock_input OR NOT arg_PLUGIN)
    set_property(GLOBAL APPEND PROPERTY FUTURE_LOCKED_INTERFACES ${name})
  endif()
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
  if(arg_KERNEL)
    return()
  endif()

  if(arg_PLUGIN)
    future_add_plugin_(${name} "${arg_HANDLER}")
  else()
    add_library(${name}_dispatch STATIC ${out}/${name}_dispatch.cc ${arg_HANDLER})
    target_include_directories(${name}_dispatch PUBLIC ${root}/linux/proxy/include)
    target_link_libraries(${name}_dispatch PUBLIC ${name}_wire $<TARGET_NAME_IF_EXISTS:future_warnings>)
  endif()
  if(TARGET libfuture)
    future_add_client_(${name} "${arg_PLUGIN}")
  endif()
endfunction()

# The module is built from sources, not from NAME_dispatch: it is position-independent, and finds `caller` in the proxy.
function(future_add_plugin_ name handler)
  set(out ${CMAKE_BINARY_DIR}/generated)
  add_library(${name}_plugin MODULE ${out}/${name}_dispatch.cc ${out}/${name}_plugin.cc ${handler})
  target_include_directories(${name}_plugin PRIVATE ${FUTURE_IDL_ROOT}/linux/proxy/include)
  target_link_libraries(${name}_plugin PRIVATE ${name}_wire $<TARGET_NAME_IF_EXISTS:future_warnings>)
  set_target_properties(${name}_plugin PROPERTIES PREFIX "" OUTPUT_NAME ${name}
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
endfunction()

function(future_add_client_ name plugin)
  set(out ${CMAKE_BINARY_DIR}/generated)
  if(plugin)
    future_target_library(${name}_client ${out}/${name}_client.c)
    set(library ${name}_client)
  else()
    set(library libfuture)
    target_sources(libfuture PRIVATE ${out}/${name}_client.c)
  endif()
  target_include_directories(${library} PRIVATE ${out})
  # Programs find the header beside the C library's.
  set(installed ${FUTURE_SYSROOT}/include/${name}.h)
  add_custom_command(OUTPUT ${installed}
    COMMAND ${CMAKE_COMMAND} -E copy ${out}/${name}.h ${installed}
    DEPENDS ${out}/${name}.h ${name}_generated future_newlib VERBATIM)
  add_custom_target(${name}_header ALL DEPENDS ${installed})
  add_dependencies(${library} ${name}_generated ${name}_header)
endfunction()
