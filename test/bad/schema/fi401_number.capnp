# SPDX-License-Identifier: MIT
# The requests of interface fi401_number (slot 114), from FI401_number.idl.h. The committed copy is the protocol's lock: `future-gen lock` writes it.
@0x88659c820c0b0424;

annotation number @0x88659c820c0b0425 (struct) :UInt16;      # the call's number; message_type = slot << 8 | number
annotation prefixes @0x88659c820c0b0426 (struct) :Text;    # data words/pointer words:layout of every request still accepted
annotation words @0x88659c820c0b0427 (struct, field) :Text;   # what the interface header says

struct Reply {
  result @0 :Int64;
  error @1 :Int32;
  more0 @2 :UInt64;
  more1 @3 :UInt64;
  more2 @4 :UInt64;
}

struct Probe $number(0) $prefixes("2/0:36f94b3a744b656c")
    $words("call_(0) handled_") {
  level @0 :Int32;
  weight @1 :Int64;
}
