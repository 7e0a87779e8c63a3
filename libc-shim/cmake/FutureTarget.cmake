# SPDX-License-Identifier: MIT
# The one place where the flags of Future-side code stand, and the functions that make libraries and programs with them:
#   future_target_library(name sources...)   a static library in ${FUTURE_SYSROOT}/lib
#   future_add_executable(name sources...)   a program for `future run`

if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  set(FUTURE_CC ${CMAKE_C_COMPILER})
else()
  find_program(FUTURE_CC gcc REQUIRED)
endif()
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH libc_shim)
cmake_path(GET libc_shim PARENT_PATH FUTURE_SOURCE)
set(FUTURE_SYSROOT ${CMAKE_BINARY_DIR}/sysroot)
set(FUTURE_OVERLAY_CORE ${libc_shim}/include/core)
set(FUTURE_OVERLAY_POSIX ${libc_shim}/include/posix)
execute_process(COMMAND ${FUTURE_CC} -print-file-name=include OUTPUT_VARIABLE FUTURE_GCC_INCLUDE
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${FUTURE_CC} -print-libgcc-file-name OUTPUT_VARIABLE FUTURE_LIBGCC
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)

# The order is the point: our headers, then the compiler's (whose stdatomic.h must win over newlib's), then newlib's and
# Linux's. Without -nostdinc a missing header would come silently from glibc.
set(FUTURE_INCLUDE_DIRECTORIES
  ${FUTURE_OVERLAY_POSIX} ${FUTURE_OVERLAY_CORE} ${FUTURE_GCC_INCLUDE} ${FUTURE_SYSROOT}/include)
set(FUTURE_COMPILE_FLAGS -nostdinc)
foreach(directory IN LISTS FUTURE_INCLUDE_DIRECTORIES)
  list(APPEND FUTURE_COMPILE_FLAGS "SHELL:-isystem ${directory}")
endforeach()
# The thread is a word behind GS (docs/decisions/0005-thread-behind-gs.md): with -mno-tls-direct-seg-refs a compiler reads
# its address from one place, which the `as` of these tools rewrites; their `ld` refuses programs that use FS otherwise.
execute_process(COMMAND ${FUTURE_CC} -print-prog-name=as OUTPUT_VARIABLE FUTURE_AS OUTPUT_STRIP_TRAILING_WHITESPACE)
execute_process(COMMAND ${FUTURE_CC} -print-prog-name=ld OUTPUT_VARIABLE FUTURE_LD OUTPUT_STRIP_TRAILING_WHITESPACE)
set(FUTURE_OBJDUMP ${CMAKE_OBJDUMP})
file(STRINGS ${FUTURE_SOURCE}/futurek/abi/core_words.h FUTURE_GS_THREAD REGEX "^#define FUTURE_GS_THREAD ")
string(REGEX REPLACE "^#define FUTURE_GS_THREAD ([0-9]+).*" "\\1" FUTURE_GS_THREAD "${FUTURE_GS_THREAD}")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${FUTURE_SOURCE}/futurek/abi/core_words.h)
set(FUTURE_TOOLS ${CMAKE_BINARY_DIR}/share/future/tools)
foreach(tool IN ITEMS as ld)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/tools/${tool}.in ${FUTURE_TOOLS}/${tool} @ONLY
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endforeach()
set(FUTURE_TOOL_FLAGS -B${FUTURE_TOOLS}/ -mno-tls-direct-seg-refs)
# A host's sanitizer or fortification has nothing to call here.
list(APPEND FUTURE_COMPILE_FLAGS ${FUTURE_TOOL_FLAGS}
  -U__linux__ -U__linux -Ulinux -U__gnu_linux__ -D__future__=1 -fPIE -ftls-model=local-exec
  -fno-stack-protector -mstack-protector-guard=global -fcf-protection=none -U_FORTIFY_SOURCE
  -ffunction-sections -fdata-sections)
set(FUTURE_HOST_FLAGS_OFF -fno-sanitize=all)
set(FUTURE_LINK_FLAGS ${FUTURE_TOOL_FLAGS} -static-pie -nostdlib -nostartfiles
  -Wl,--gc-sections,--eh-frame-hdr,-z,noexecstack,-z,now,-z,norelro,--no-dynamic-linker,--build-id)

# C++ on Future's side is the freestanding language, without a run time: <atomic>, <type_traits>, <cstdint> and such.
set(FUTURE_CXX_FLAGS -ffreestanding -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-use-cxa-atexit)
execute_process(COMMAND ${FUTURE_CC} -dumpversion OUTPUT_VARIABLE gcc_version OUTPUT_STRIP_TRAILING_WHITESPACE)
execute_process(COMMAND ${FUTURE_CC} -print-multiarch OUTPUT_VARIABLE multiarch OUTPUT_STRIP_TRAILING_WHITESPACE)
set(FUTURE_CXX_INCLUDE_FLAGS -nostdinc++)
foreach(directory IN ITEMS ${libc_shim}/include/cxx /usr/include/c++/${gcc_version}
    /usr/include/${multiarch}/c++/${gcc_version})
  list(APPEND FUTURE_CXX_INCLUDE_FLAGS "SHELL:-isystem ${directory}")
endforeach()

# The functions below are called from other folders, whose scope has not these variables.
foreach(variable IN ITEMS FUTURE_CC FUTURE_SOURCE FUTURE_SYSROOT FUTURE_OVERLAY_CORE FUTURE_OVERLAY_POSIX
    FUTURE_GCC_INCLUDE FUTURE_LIBGCC FUTURE_INCLUDE_DIRECTORIES FUTURE_COMPILE_FLAGS FUTURE_HOST_FLAGS_OFF
    FUTURE_LINK_FLAGS FUTURE_CXX_FLAGS FUTURE_CXX_INCLUDE_FLAGS)
  set(${variable} "${${variable}}" CACHE INTERNAL "")
endforeach()

function(future_target_flags name)
  # C++'s directories first: libstdc++'s <stdlib.h> and its like reach ours by include_next.
  target_compile_options(${name} PRIVATE
    "$<$<COMPILE_LANGUAGE:CXX>:${FUTURE_CXX_INCLUDE_FLAGS}>" ${FUTURE_COMPILE_FLAGS} ${FUTURE_HOST_FLAGS_OFF}
    "$<$<COMPILE_LANGUAGE:CXX>:${FUTURE_CXX_FLAGS}>")
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  add_dependencies(${name} future_newlib)
endfunction()

function(future_target_library name)
  add_library(${name} STATIC ${ARGN})
  future_target_flags(${name})
  target_include_directories(${name} PRIVATE ${FUTURE_SOURCE} ${FUTURE_SOURCE}/runtime/multh/include)
  set_target_properties(${name} PROPERTIES ARCHIVE_OUTPUT_DIRECTORY ${FUTURE_SYSROOT}/lib)
endfunction()

function(future_add_executable name)
  add_executable(${name} ${ARGN} $<TARGET_OBJECTS:future_crt0>)
  future_target_flags(${name})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C)
  target_link_options(${name} PRIVATE ${FUTURE_LINK_FLAGS} ${FUTURE_HOST_FLAGS_OFF})
  target_link_libraries(${name} PRIVATE -Wl,--start-group libfuture $<TARGET_NAME_IF_EXISTS:multh>
    ${FUTURE_SYSROOT}/lib/libc.a ${FUTURE_SYSROOT}/lib/libm.a ${FUTURE_LIBGCC} -Wl,--end-group)
endfunction()
