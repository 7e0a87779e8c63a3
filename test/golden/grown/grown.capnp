# SPDX-License-Identifier: MIT
# The requests of interface grown (slot 90), from grown.idl.h. The committed copy is the protocol's lock: `future-gen lock` writes it.
@0xcedd2191ea888e27;

annotation number @0xcedd2191ea888e26 (struct) :UInt16;      # the call's number; message_type = slot << 8 | number
annotation prefixes @0xcedd2191ea888e25 (struct) :Text;    # data words/pointer words:layout of every request still accepted
annotation words @0xcedd2191ea888e24 (struct, field) :Text;   # what the interface header says

struct Reply {
  result @0 :Int64;
  error @1 :Int32;
  more0 @2 :UInt64;
  more1 @3 :UInt64;
  more2 @4 :UInt64;
}

struct Paint $number(0) $prefixes("2/0:36f94b3a744b656c 3/0:33d73167e221d7c9")
    $words("call_(0) handled_") {
  level @0 :Int32;
  weight @1 :Int64;
  colour @2 :Int32;
  height @3 :Int64;
}

struct New $number(1) $prefixes("1/0:0623aecd2a573c54")
    $words("call_(1) handled_") {
  level @0 :Int32;
}
