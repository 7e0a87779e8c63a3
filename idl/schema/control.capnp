# SPDX-License-Identifier: MIT
# The requests of interface control (slot 0), from control.idl.h. The committed copy is the protocol's lock: `future-gen lock` writes it.
@0xeddf0418f913ffdd;

annotation number @0xeddf0418f913ffdc (struct) :UInt16;      # the call's number; message_type = slot << 8 | number
annotation prefixes @0xeddf0418f913ffdf (struct) :Text;    # data words/pointer words:layout of every request still accepted
annotation words @0xeddf0418f913ffde (struct, field) :Text;   # what the interface header says

struct Reply {
  result @0 :Int64;
  error @1 :Int32;
  more0 @2 :UInt64;
  more1 @3 :UInt64;
  more2 @4 :UInt64;
}

struct BootComplete $number(0) $prefixes("2/0:d2cbc72ba81a5a27")
    $words("call_(0) oneway_ internal_") {
  abiVersion @0 :UInt32;
  cores @1 :UInt32;
  memoryBytes @2 :UInt64;
}

struct Create $number(1) $prefixes("4/0:a208baf8ae095ba1")
    $words("call_(1) internal_") {
  pid @0 :UInt32;
  cores @1 :UInt32;
  memoryBytes @2 :UInt64;
  maxThreads @3 :UInt32;
  flags @4 :UInt32;
  linuxPid @5 :UInt32;
  # reply more0: arena_address
  # reply more1: arena_offset
  # reply more2: core_mask
}

struct Run $number(2) $prefixes("5/0:8007474cfa525449")
    $words("call_(2) internal_ result_(status)") {
  pid @0 :UInt32;
  entry @1 :UInt64;
  startBlock @2 :UInt64;
  stackTop @3 :UInt64;
  reservedBytes @4 :UInt64;
}

struct ExitNotice $number(3) $prefixes("2/0:337ff24d48136b09")
    $words("call_(3) oneway_ internal_") {
  pid @0 :UInt32;
  kind @1 :UInt32 $words("one_of(exit_kinds)");
  value @2 :Int32;
}

struct ExitConfirm $number(4) $prefixes("1/0:e5bec5503988cc05")
    $words("call_(4) internal_ result_(status)") {
  pid @0 :UInt32;
}

struct Kill $number(5) $prefixes("1/0:5546cf31b451b11a")
    $words("call_(5) internal_ result_(status)") {
  pid @0 :UInt32;
  signal @1 :UInt32 $words("range(1, 64)");
}

struct Exception $number(6) $prefixes("22/0:bc3061a4d1bbbebc")
    $words("call_(6) oneway_ internal_") {
  pid @0 :UInt32;
  core @1 :UInt32;
  ltn @2 :UInt32;
  signal @3 :UInt32;
  code @4 :Int32;
  address @5 :UInt64;
  rip @6 :UInt64;
  rsp @7 :UInt64;
  rbp @8 :UInt64;
  rflags @9 :UInt64;
  rax @10 :UInt64;
  rbx @11 :UInt64;
  rcx @12 :UInt64;
  rdx @13 :UInt64;
  rsi @14 :UInt64;
  rdi @15 :UInt64;
  r8 @16 :UInt64;
  r9 @17 :UInt64;
  r10 @18 :UInt64;
  r11 @19 :UInt64;
  r12 @20 :UInt64;
  r13 @21 :UInt64;
  r14 @22 :UInt64;
  r15 @23 :UInt64;
}

struct CoreStopped $number(8) $prefixes("9/0:88789c1e571b0790")
    $words("call_(8) oneway_ internal_") {
  pid @0 :UInt32;
  core @1 :UInt32;
  rip @2 :UInt64;
  rsp @3 :UInt64;
  rbp @4 :UInt64;
  rbx @5 :UInt64;
  r12 @6 :UInt64;
  r13 @7 :UInt64;
  r14 @8 :UInt64;
  r15 @9 :UInt64;
}

struct Log $number(7) $prefixes("1/1:ea027acecd043edf 1/1:1f63153dd37a39a4")
    $words("call_(7) oneway_ internal_") {
  level @0 :UInt32 $words("one_of(log_levels)");
  text @1 :Text $words("inline(480)");
  pid @2 :UInt32;
}
