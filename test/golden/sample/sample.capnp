# SPDX-License-Identifier: MIT
# The requests of interface sample (slot 144), from sample.idl.h. The committed copy is the protocol's lock: `future-gen lock` writes it.
@0xd8c3b4f19a2e7710;

annotation number @0xd8c3b4f19a2e7711 (struct) :UInt16;      # the call's number; message_type = slot << 8 | number
annotation prefixes @0xd8c3b4f19a2e7712 (struct) :Text;    # data words/pointer words:layout of every request still accepted
annotation words @0xd8c3b4f19a2e7713 (struct, field) :Text;   # what the interface header says
annotation returns @0xd8c3b4f19a2e7714 (struct) :Text;    # the result's type: i8 is a signed integer of 8 bytes
annotation replies @0xd8c3b4f19a2e7715 (struct) :Text;    # what comes back in the reply's more words: name:type
annotation layout @0xd8c3b4f19a2e7716 (field) :Text;       # what the pointer points to: {size/alignment member:type@byte ...}

struct Reply {
  result @0 :Int64;
  error @1 :Int32;
  more0 @2 :UInt64;
  more1 @3 :UInt64;
  more2 @4 :UInt64;
}

struct Sum $number(0) $prefixes("5/0:d292cbe49e4f6627")
    $words("call_(0) handled_ idempotent_ result_(raw) since_(0.1)") $returns("i8") {
  flag @0 :Bool;
  a @1 :Int8;
  b @2 :UInt16;
  c @3 :Int32 $words("range(-5, 100)");
  d @4 :UInt64;
  e @5 :Float32;
  f @6 :Float64;
  mode @7 :UInt32 $words("one_of(modes = 1 2)");
  options @8 :UInt32 $words("flags(options = 0xf)");
}

struct Move $number(1) $prefixes("4/0:04f3f3d39750160c")
    $words("call_(1) handled_ result_(status)") $returns("i4") {
  from @0 :UInt64 $words("in(1 * 16)")
      $layout("{16/8 x:i4@0 y:f8@8}");
  to @1 :UInt64 $words("out(1 * 16)")
      $layout("{16/8 x:i4@0 y:f8@8}");
  both @2 :UInt64 $words("inout(1 * 16)")
      $layout("{16/8 x:i4@0 y:f8@8}");
  key @3 :UInt64 $words("out(16 * 1)");
}

struct Write $number(2) $prefixes("5/0:0610a21874d4bde3")
    $words("call_(2) handled_ may_block_") $returns("i8") {
  name @0 :UInt64 $words("string(16)");
  bytes @1 :UInt64 $words("in(count)");
  count @2 :UInt64;
  values @3 :UInt64 $words("inout(many * 4)");
  many @4 :UInt32 $words("range(0, 8)");
}

struct Note $number(3) $prefixes("1/2:26ff20cb3ce4d7a1")
    $words("call_(3) handled_ result_(status)") $returns("i4") $replies("stamp:u8 count:i4") {
  text @0 :Text $words("inline(40)");
  data @1 :Data $words("inline(20)");
  length @2 :UInt64;
}

struct Open $number(4) $prefixes("3/0:e4af8d8cd040132e")
    $words("call_(4) handled_ fd_") $returns("i4") {
  fd @0 :Int32 $words("fd_or(-100)");
  pair @1 :UInt64 $words("out(2 * 4) fd");
  old @2 :UInt64 $words("in(1 * 4) fd");
}

struct Gather $number(5) $prefixes("2/0:d4a9bbd7bc8e3b08")
    $words("call_(5) syscall_(readv) blocks_on_(fd, in)") $returns("i8") {
  fd @0 :Int32 $words("fd");
  vectors @1 :UInt64 $words("iovec(count, out)");
  count @2 :Int32;
}

struct Check $number(6) $prefixes("1/0:21e714099ee552bb")
    $words("call_(6) handled_ result_(errno_returned) deprecated_(\"look at errno\")") $returns("i4") {
  number @0 :Int32;
}

struct Fill $number(7) $prefixes("2/0:6958ad6b39c99402")
    $words("call_(7) handled_ result_(pointer, buffer) affine_ serial_") $returns("p8") {
  buffer @0 :UInt64 $words("out(size)");
  size @1 :UInt64;
}

struct ControlNone $number(8) $prefixes("1/0:6c341ba193aabec0")
    $words("case_of_(sample_control, command) call_(8) handled_") $returns("i4") {
  command @0 :Int32 $words("one_of(modes = 1 2)");
}

struct ControlLong $number(9) $prefixes("2/0:4a17a3ccc31afe5a")
    $words("case_of_(sample_control, command) call_(9) handled_") $returns("i4") {
  command @0 :Int32 $words("one_of(others = 7)");
  value @1 :Int64;
  more @2 :Int32;
}

struct Tell $number(10) $prefixes("1/0:21e41c771ff90331")
    $words("call_(10) handled_ oneway_") {
  what @0 :UInt32;
}

struct Nothing $number(12) $prefixes("0/0:2adab2192b2cfdb1")
    $words("call_(12) handled_") $returns("i4") {
}

struct Is $number(13) $prefixes("1/0:b22b419ce47c8236")
    $words("call_(13) handled_ cancellation_point_ result_(truth)") $returns("i4") {
  number @0 :Int32;
}
