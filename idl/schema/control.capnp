# SPDX-License-Identifier: MIT
# The requests of interface control (slot 0), from control.idl.h. The committed copy is the protocol's lock: `future-gen lock` writes it.
@0xeddf0418f913ffdd;

annotation number @0xeddf0418f913ffdc (struct) :UInt16;      # the call's number; message_type = slot << 8 | number
annotation prefixes @0xeddf0418f913ffdf (struct) :Text;    # data words/pointer words:layout of every request still accepted
annotation words @0xeddf0418f913ffde (struct, field) :Text;   # what the interface header says
annotation returns @0xeddf0418f913ffd9 (struct) :Text;    # the result's type: i8 is a signed integer of 8 bytes
annotation replies @0xeddf0418f913ffd8 (struct) :Text;    # what comes back in the reply's more words: name:type
annotation layout @0xeddf0418f913ffdb (field) :Text;       # what the pointer points to: {size/alignment member:type@byte ...}

struct Reply {
  result @0 :Int64;
  error @1 :Int32;
  more0 @2 :UInt64;
  more1 @3 :UInt64;
  more2 @4 :UInt64;
}

struct BootComplete $number(0) $prefixes("2/0:a162ae6e42c69803")
    $words("call_(0) oneway_ internal_") {
  abiVersion @0 :UInt32;
  cores @1 :UInt32;
  memoryBytes @2 :UInt64;
}

struct Create $number(1) $prefixes("4/0:4b365929623cd759")
    $words("call_(1) internal_") $returns("i4") $replies("arena_address:u8 arena_offset:u8 core_mask:u8") {
  pid @0 :UInt32;
  cores @1 :UInt32;
  memoryBytes @2 :UInt64;
  maxThreads @3 :UInt32;
  flags @4 :UInt32;
  linuxPid @5 :UInt32;
}

struct Run $number(2) $prefixes("5/0:d0b7dd87d1fb92c2")
    $words("call_(2) internal_ result_(status)") $returns("i4") {
  pid @0 :UInt32;
  entry @1 :UInt64;
  startBlock @2 :UInt64;
  stackTop @3 :UInt64;
  reservedBytes @4 :UInt64;
}

struct ExitNotice $number(3) $prefixes("2/0:9027373070b1b3b5")
    $words("call_(3) oneway_ internal_") {
  pid @0 :UInt32;
  kind @1 :UInt32 $words("one_of(exit_kinds = 1 2 3)");
  value @2 :Int32;
}

struct ExitConfirm $number(4) $prefixes("1/0:96d132ae0988db5c")
    $words("call_(4) internal_ result_(status)") $returns("i4") {
  pid @0 :UInt32;
}

struct Kill $number(5) $prefixes("1/0:e56cf2d4190ea1db")
    $words("call_(5) internal_ result_(status)") $returns("i4") {
  pid @0 :UInt32;
  signal @1 :UInt32 $words("range(1, 64)");
}

struct Exception $number(6) $prefixes("22/0:f6144df6c9bff8c8")
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

struct CoreStopped $number(8) $prefixes("9/0:e167f7254a42b00c")
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

struct Log $number(7) $prefixes("1/1:1661fe9f412fa418")
    $words("call_(7) oneway_ internal_") {
  level @0 :UInt32 $words("one_of(log_levels = 0 1 2)");
  text @1 :Text $words("inline(480)");
  pid @2 :UInt32;
}
