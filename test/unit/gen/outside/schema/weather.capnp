# SPDX-License-Identifier: MIT
# The requests of interface weather (slot 145), from weather.idl.h. The committed copy is the protocol's lock: `future-gen lock` writes it.
@0xd8c3b4f19a2e7711;

annotation number @0xd8c3b4f19a2e7710 (struct) :UInt16;      # the call's number; message_type = slot << 8 | number
annotation prefixes @0xd8c3b4f19a2e7713 (struct) :Text;    # data words/pointer words:layout of every request still accepted
annotation words @0xd8c3b4f19a2e7712 (struct, field) :Text;   # what the interface header says
annotation returns @0xd8c3b4f19a2e7715 (struct) :Text;    # the result's type: i8 is a signed integer of 8 bytes
annotation replies @0xd8c3b4f19a2e7714 (struct) :Text;    # what comes back in the reply's more words: name:type
annotation layout @0xd8c3b4f19a2e7717 (field) :Text;       # what the pointer points to: {size/alignment member:type@byte ...}

struct Reply {
  result @0 :Int64;
  error @1 :Int32;
  more0 @2 :UInt64;
  more1 @3 :UInt64;
  more2 @4 :UInt64;
}

struct Now $number(0) $prefixes("3/0:87c5ab98d4100a9d")
    $words("call_(0) handled_ may_block_ idempotent_ result_(status)") $returns("i4") {
  station @0 :UInt64 $words("string(64)");
  timeoutMs @1 :Int32 $words("range(0, 60000)");
  report @2 :UInt64 $words("out(1 * 24)")
      $layout("{24/8 celsius:f8@0 hectopascal:f8@8 taken_at:i8@16}");
}

struct Getpriority $number(1) $prefixes("1/0:604ac259fb86ba9e")
    $words("call_(1) result_(raw)") $returns("i4") {
  which @0 :Int32;
  who @1 :UInt32;
}
