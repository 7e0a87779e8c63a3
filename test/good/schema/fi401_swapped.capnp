# SPDX-License-Identifier: MIT
# The requests of interface fi401_swapped (slot 111), from FI401_swapped.idl.h. The committed copy is the protocol's lock: `future-gen lock` writes it.
@0xdfabf14814314b8f;

annotation number @0xdfabf14814314b8e (struct) :UInt16;      # the call's number; message_type = slot << 8 | number
annotation prefixes @0xdfabf14814314b8d (struct) :Text;    # data words/pointer words:layout of every request still accepted
annotation words @0xdfabf14814314b8c (struct, field) :Text;   # what the interface header says

struct Reply {
  result @0 :Int64;
  error @1 :Int32;
  more0 @2 :UInt64;
  more1 @3 :UInt64;
  more2 @4 :UInt64;
}

struct Probe $number(0) $prefixes("2/0:e2b3b975fbc44687")
    $words("call_(0) handled_") {
  height @0 :Int64;
  weight @1 :Int64;
}
