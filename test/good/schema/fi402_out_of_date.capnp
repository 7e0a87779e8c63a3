# SPDX-License-Identifier: MIT
# The requests of interface fi402_out_of_date (slot 116), from FI402_out_of_date.idl.h. The committed copy is the protocol's lock: `future-gen lock` writes it.
@0xf624f627b780dafb;

annotation number @0xf624f627b780dafa (struct) :UInt16;      # the call's number; message_type = slot << 8 | number
annotation prefixes @0xf624f627b780daf9 (struct) :Text;    # data words/pointer words:layout of every request still accepted
annotation words @0xf624f627b780daf8 (struct, field) :Text;   # what the interface header says
annotation returns @0xf624f627b780daff (struct) :Text;    # the result's type: i8 is a signed integer of 8 bytes
annotation replies @0xf624f627b780dafe (struct) :Text;    # what comes back in the reply's more words: name:type
annotation layout @0xf624f627b780dafd (field) :Text;       # what the pointer points to: {size/alignment member:type@byte ...}

struct Reply {
  result @0 :Int64;
  error @1 :Int32;
  more0 @2 :UInt64;
  more1 @3 :UInt64;
  more2 @4 :UInt64;
}

struct Probe $number(0) $prefixes("2/0:3b66d5da9290c5b0")
    $words("call_(0) handled_") $returns("i4") {
  level @0 :Int32;
  weight @1 :Int64;
}
