# SPDX-License-Identifier: MIT
# The requests of interface nop (slot 1), from nop.idl.h. The committed copy is the protocol's lock: `future-gen lock` writes it.
@0xf7882f13ff9bfcb5;

annotation number @0xf7882f13ff9bfcb4 (struct) :UInt16;      # the call's number; message_type = slot << 8 | number
annotation prefixes @0xf7882f13ff9bfcb7 (struct) :Text;    # data words/pointer words:layout of every request still accepted
annotation words @0xf7882f13ff9bfcb6 (struct, field) :Text;   # what the interface header says
annotation returns @0xf7882f13ff9bfcb1 (struct) :Text;    # the result's type: i8 is a signed integer of 8 bytes
annotation replies @0xf7882f13ff9bfcb0 (struct) :Text;    # what comes back in the reply's more words: name:type
annotation layout @0xf7882f13ff9bfcb3 (field) :Text;       # what the pointer points to: {size/alignment member:type@byte ...}

struct Reply {
  result @0 :Int64;
  error @1 :Int32;
  more0 @2 :UInt64;
  more1 @3 :UInt64;
  more2 @4 :UInt64;
}

struct Nop $number(0) $prefixes("1/0:7440fda7bb7c3330")
    $words("call_(0) handled_ idempotent_ result_(raw)") $returns("i8") {
  value @0 :Int64;
}

struct Cancel $number(1) $prefixes("1/0:21e41c771ff90331")
    $words("call_(1) oneway_ internal_") {
  sequence @0 :UInt32;
}
