# SPDX-License-Identifier: MIT
# The requests of interface sample (slot 144), from sample.idl.h. The committed copy is the protocol's lock: `future-gen lock` writes it.
@0xd8c3b4f19a2e7710;

annotation number @0xd8c3b4f19a2e7711 (struct) :UInt16;      # the call's number; message_type = slot << 8 | number
annotation prefixes @0xd8c3b4f19a2e7712 (struct) :Text;    # data words/pointer words:layout of every request still accepted
annotation words @0xd8c3b4f19a2e7713 (struct, field) :Text;   # what the interface header says

struct Reply {
  result @0 :Int64;
  error @1 :Int32;
  more0 @2 :UInt64;
  more1 @3 :UInt64;
  more2 @4 :UInt64;
}

struct Sum $number(0) $prefixes("5/0:512736f265e08f08")
    $words("call_(0) handled_ idempotent_ result_(raw) since_(0.1)") {
  flag @0 :Bool;
  a @1 :Int8;
  b @2 :UInt16;
  c @3 :Int32 $words("range(-5, 100)");
  d @4 :UInt64;
  e @5 :Float32;
  f @6 :Float64;
  mode @7 :UInt32 $words("one_of(modes)");
  options @8 :UInt32 $words("flags(options)");
}

struct Move $number(1) $prefixes("4/0:fa60f0aba6939582")
    $words("call_(1) handled_ result_(status)") {
  from @0 :UInt64 $words("in(1 * 16)");
  to @1 :UInt64 $words("out(1 * 16)");
  both @2 :UInt64 $words("inout(1 * 16)");
  key @3 :UInt64 $words("out(16 * 1)");
}

struct Write $number(2) $prefixes("5/0:959de8f383780d03")
    $words("call_(2) handled_ may_block_") {
  name @0 :UInt64 $words("string(16)");
  bytes @1 :UInt64 $words("in(count)");
  count @2 :UInt64;
  values @3 :UInt64 $words("inout(many * 4)");
  many @4 :UInt32 $words("range(0, 8)");
}

struct Note $number(3) $prefixes("1/2:6260fcba0c2958e0")
    $words("call_(3) handled_ result_(status)") {
  text @0 :Text $words("inline(40)");
  data @1 :Data $words("inline(20)");
  length @2 :UInt64;
  # reply more0: stamp
  # reply more1: count
}

struct Open $number(4) $prefixes("3/0:f5121d6892c48b07")
    $words("call_(4) handled_ fd_") {
  fd @0 :Int32 $words("fd_or(-100)");
  pair @1 :UInt64 $words("out(2 * 4) fd");
  old @2 :UInt64 $words("in(1 * 4) fd");
}

struct Gather $number(5) $prefixes("2/0:e639ab571a75e93d")
    $words("call_(5) syscall_(readv) blocks_on_(fd, in)") {
  fd @0 :Int32 $words("fd");
  vectors @1 :UInt64 $words("iovec(count, out)");
  count @2 :Int32;
}

struct Check $number(6) $prefixes("1/0:0623aecd2a573c54")
    $words("call_(6) handled_ result_(errno_returned) deprecated_(\"look at errno\")") {
  number @0 :Int32;
}

struct Fill $number(7) $prefixes("2/0:b5b671f9d537b9d5")
    $words("call_(7) handled_ result_(pointer, buffer) affine_ serial_") {
  buffer @0 :UInt64 $words("out(size)");
  size @1 :UInt64;
}

struct ControlNone $number(8) $prefixes("1/0:0623aecd2a573c54")
    $words("case_of_(sample_control, command) call_(8) handled_") {
  command @0 :Int32 $words("one_of(modes)");
}

struct ControlLong $number(9) $prefixes("2/0:07b1e685c7d8cf6e")
    $words("case_of_(sample_control, command) call_(9) handled_") {
  command @0 :Int32 $words("one_of(others)");
  value @1 :Int64;
  more @2 :Int32;
}

struct Tell $number(10) $prefixes("1/0:e5bec5503988cc05")
    $words("call_(10) handled_ oneway_") {
  what @0 :UInt32;
}

struct Nothing $number(12) $prefixes("0/0:cbf29ce484222325")
    $words("call_(12) handled_") {
}

struct Is $number(13) $prefixes("1/0:0623aecd2a573c54")
    $words("call_(13) handled_ cancellation_point_ result_(truth)") {
  number @0 :Int32;
}
