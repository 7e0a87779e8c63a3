# SPDX-License-Identifier: MIT
# Takes what LEFT_OUT lists out of the archives of SYSROOT, gives what RENAMED lists other names, and writes the KEY: a sysroot
# without one is unfinished.

file(STRINGS ${LEFT_OUT} lines REGEX "^[^#]")
string(REPLACE ";" " " names "${lines}")
separate_arguments(names)
set(found "")
foreach(archive IN ITEMS libc libm)
  execute_process(COMMAND ar t ${SYSROOT}/lib/${archive}.a OUTPUT_VARIABLE members COMMAND_ERROR_IS_FATAL ANY)
  set(here "")
  foreach(name IN LISTS names)
    # libc.a has some members of libm.a too.
    if(members MATCHES "(lib[cm]_a-${name}\\.o)\n")
      list(APPEND here ${CMAKE_MATCH_1})
      list(APPEND found ${name})
    endif()
  endforeach()
  if(here)
    execute_process(COMMAND ar d ${SYSROOT}/lib/${archive}.a ${here} COMMAND_ERROR_IS_FATAL ANY)
  endif()
endforeach()
list(REMOVE_ITEM names ${found})
if(names)
  message(FATAL_ERROR "${LEFT_OUT} names what newlib has not: ${names}")
endif()
execute_process(COMMAND objcopy --redefine-syms=${RENAMED} ${SYSROOT}/lib/libm.a COMMAND_ERROR_IS_FATAL ANY)
file(WRITE ${SYSROOT}/key "${KEY}")
