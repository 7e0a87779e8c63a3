# SPDX-License-Identifier: MIT
# The requests of interface grown (slot 90), from grown.idl.h. The committed copy is the protocol's lock: `future-gen lock` writes it.
@0xcedd2191ea888e27;

annotation number @0xcedd2191ea888e26 (struct) :UInt16;      # the call's number; message_type = slot << 8 | number
annotation prefixes @0xcedd2191ea888e25 (struct) :Text;    # data words/pointer words:layout of every request still accepted
annotation words @0xcedd2191ea888e24 (struct, field) :Text;   # what the interface header says
annotation returns @0xcedd2191ea888e23 (struct) :Text;    # the result's type: i8 is a signed integer of 8 bytes
annotation replies @0xcedd2191ea888e22 (struct) :Text;    # what comes back in the reply's more words: name:type
annotation layout @0xcedd2191ea888e21 (field) :Text;       # what the pointer points to: {size/alignment member:type@byte ...}

struct Reply {
  result @0 :Int64;
  error @1 :Int32;
  more0 @2 :UInt64;
  more1 @3 :UInt64;
  more2 @4 :UInt64;
}

struct Paint $number(0) $prefixes("2/0:3b66d5da9290c5b0 3/0:eef6a5a21ba7f1f5")
    $words("call_(0) handled_") $returns("i4") {
  level @0 :Int32;
  weight @1 :Int64;
  colour @2 :Int32;
  height @3 :Int64;
}

struct New $number(1) $prefixes("1/0:6c341ba193aabec0")
    $words("call_(1) handled_") $returns("i4") {
  level @0 :Int32;
}
