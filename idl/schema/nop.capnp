# SPDX-License-Identifier: MIT
# The requests of interface nop (slot 1), from nop.idl.h. The committed copy is the protocol's lock: `future-gen lock` writes it.
@0xf7882f13ff9bfcb5;

annotation number @0xf7882f13ff9bfcb4 (struct) :UInt16;      # the call's number; message_type = slot << 8 | number
annotation prefixes @0xf7882f13ff9bfcb7 (struct) :Text;    # data words/pointer words:layout of every request still accepted
annotation words @0xf7882f13ff9bfcb6 (struct, field) :Text;   # what the interface header says

struct Reply {
  result @0 :Int64;
  error @1 :Int32;
  more0 @2 :UInt64;
  more1 @3 :UInt64;
  more2 @4 :UInt64;
}

struct Nop $number(0) $prefixes("1/0:85bfed2abc540a1d")
    $words("call_(0) handled_ idempotent_ result_(raw)") {
  value @0 :Int64;
}

struct Cancel $number(1) $prefixes("1/0:e5bec5503988cc05")
    $words("call_(1) oneway_ internal_") {
  sequence @0 :UInt32;
}
