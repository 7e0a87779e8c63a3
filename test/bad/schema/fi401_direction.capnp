# SPDX-License-Identifier: MIT
# The requests of interface fi401_direction (slot 115), from FI401_direction.idl.h. The committed copy is the protocol's lock: `future-gen lock` writes it.
@0xfa489c6ebb06027e;

annotation number @0xfa489c6ebb06027f (struct) :UInt16;      # the call's number; message_type = slot << 8 | number
annotation prefixes @0xfa489c6ebb06027c (struct) :Text;    # data words/pointer words:layout of every request still accepted
annotation words @0xfa489c6ebb06027d (struct, field) :Text;   # what the interface header says

struct Reply {
  result @0 :Int64;
  error @1 :Int32;
  more0 @2 :UInt64;
  more1 @3 :UInt64;
  more2 @4 :UInt64;
}

struct Probe $number(0) $prefixes("2/0:37173fa9b40e9e3e")
    $words("call_(0) handled_") {
  text @0 :UInt64 $words("in(bytes)");
  bytes @1 :UInt32;
}
