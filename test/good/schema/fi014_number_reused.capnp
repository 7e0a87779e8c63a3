# SPDX-License-Identifier: MIT
# The requests of interface fi014_number_reused (slot 124), from FI014_number_reused.idl.h. The committed copy is the protocol's lock: `future-gen lock` writes it.
@0xb18d23f102e9e927;

annotation number @0xb18d23f102e9e926 (struct) :UInt16;      # the call's number; message_type = slot << 8 | number
annotation prefixes @0xb18d23f102e9e925 (struct) :Text;    # data words/pointer words:layout of every request still accepted
annotation words @0xb18d23f102e9e924 (struct, field) :Text;   # what the interface header says

struct Reply {
  result @0 :Int64;
  error @1 :Int32;
  more0 @2 :UInt64;
  more1 @3 :UInt64;
  more2 @4 :UInt64;
}

struct Probe $number(0) $prefixes("1/0:0623aecd2a573c54")
    $words("call_(0) handled_") {
  level @0 :Int32;
}
