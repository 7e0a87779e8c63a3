# SPDX-License-Identifier: MIT
# The requests of interface file (slot 2), from file.idl.h. The committed copy is the protocol's lock: `future-gen lock` writes it.
@0xef20513c7308c93e;

annotation number @0xef20513c7308c93f (struct) :UInt16;      # the call's number; message_type = slot << 8 | number
annotation prefixes @0xef20513c7308c93c (struct) :Text;    # data words/pointer words:layout of every request still accepted
annotation words @0xef20513c7308c93d (struct, field) :Text;   # what the interface header says

struct Reply {
  result @0 :Int64;
  error @1 :Int32;
  more0 @2 :UInt64;
  more1 @3 :UInt64;
  more2 @4 :UInt64;
}

struct Open $number(0) $prefixes("2/0:a367d54bd9232936")
    $words("case_of_(open) call_(0) handled_ may_block_ fd_ needs_(openat)") {
  path @0 :UInt64 $words("string(4096)");
  flags @1 :Int32 $words("flags(open_flags)");
  mode @2 :UInt32;
}

struct Openat $number(1) $prefixes("3/0:91739ca4caaa246a")
    $words("case_of_(openat) call_(1) handled_ may_block_ fd_ needs_(openat)") {
  directory @0 :Int32 $words("fd_or(AT_FDCWD)");
  path @1 :UInt64 $words("string(4096)");
  flags @2 :Int32 $words("flags(open_flags)");
  mode @3 :UInt32;
}

struct Close $number(2) $prefixes("1/0:0623aecd2a573c54")
    $words("call_(2) result_(status) cancellation_point_") {
  fd @0 :Int32 $words("fd");
}

struct Read $number(3) $prefixes("3/0:f5121d6892c48b07")
    $words("call_(3) blocks_on_(fd, in)") {
  fd @0 :Int32 $words("fd");
  buffer @1 :UInt64 $words("out(count)");
  count @2 :UInt64;
}

struct Write $number(4) $prefixes("3/0:f5121d6892c48b07")
    $words("call_(4) blocks_on_(fd, out)") {
  fd @0 :Int32 $words("fd");
  buffer @1 :UInt64 $words("in(count)");
  count @2 :UInt64;
}

struct Pread $number(5) $prefixes("4/0:b172c532180f83b3")
    $words("call_(5) syscall_(pread64) blocks_on_(fd, in)") {
  fd @0 :Int32 $words("fd");
  buffer @1 :UInt64 $words("out(count)");
  count @2 :UInt64;
  offset @3 :Int64;
}

struct Pwrite $number(6) $prefixes("4/0:b172c532180f83b3")
    $words("call_(6) syscall_(pwrite64) blocks_on_(fd, out)") {
  fd @0 :Int32 $words("fd");
  buffer @1 :UInt64 $words("in(count)");
  count @2 :UInt64;
  offset @3 :Int64;
}

struct Readv $number(7) $prefixes("2/0:e639ab571a75e93d")
    $words("call_(7) blocks_on_(fd, in)") {
  fd @0 :Int32 $words("fd");
  vectors @1 :UInt64 $words("iovec(count, out)");
  count @2 :Int32;
}

struct Writev $number(8) $prefixes("2/0:e639ab571a75e93d")
    $words("call_(8) blocks_on_(fd, out)") {
  fd @0 :Int32 $words("fd");
  vectors @1 :UInt64 $words("iovec(count, in)");
  count @2 :Int32;
}

struct Lseek $number(9) $prefixes("2/0:07b1e685c7d8cf6e")
    $words("call_(9) may_block_") {
  fd @0 :Int32 $words("fd");
  offset @1 :Int64;
  origin @2 :Int32 $words("one_of(seek_origins)");
}

struct Fstat $number(10) $prefixes("2/0:4e7398b5bf463c11")
    $words("call_(10) result_(status)") {
  fd @0 :Int32 $words("fd");
  status @1 :UInt64 $words("out(1 * 144)");
}

struct Stat $number(11) $prefixes("2/0:b5b671f9d537b9d5")
    $words("call_(11) result_(status) may_block_") {
  path @0 :UInt64 $words("string(4096)");
  status @1 :UInt64 $words("out(1 * 144)");
}

struct Lstat $number(12) $prefixes("2/0:b5b671f9d537b9d5")
    $words("call_(12) result_(status) may_block_") {
  path @0 :UInt64 $words("string(4096)");
  status @1 :UInt64 $words("out(1 * 144)");
}

struct Access $number(13) $prefixes("2/0:a2ad0a77f0b0a637")
    $words("call_(13) result_(status) may_block_") {
  path @0 :UInt64 $words("string(4096)");
  mode @1 :Int32 $words("flags(access_modes)");
}

struct Unlink $number(14) $prefixes("1/0:e533d713ffaa5ca0")
    $words("call_(14) result_(status) may_block_") {
  path @0 :UInt64 $words("string(4096)");
}

struct Rename $number(15) $prefixes("2/0:b5b671f9d537b9d5")
    $words("call_(15) result_(status) may_block_") {
  oldPath @0 :UInt64 $words("string(4096)");
  newPath @1 :UInt64 $words("string(4096)");
}

struct Mkdir $number(16) $prefixes("2/0:37173fa9b40e9e3e")
    $words("call_(16) result_(status) may_block_") {
  path @0 :UInt64 $words("string(4096)");
  mode @1 :UInt32;
}

struct Rmdir $number(17) $prefixes("1/0:e533d713ffaa5ca0")
    $words("call_(17) result_(status) may_block_") {
  path @0 :UInt64 $words("string(4096)");
}

struct Ftruncate $number(18) $prefixes("2/0:36f94b3a744b656c")
    $words("call_(18) result_(status) may_block_") {
  fd @0 :Int32 $words("fd");
  length @1 :Int64;
}

struct Fsync $number(19) $prefixes("1/0:0623aecd2a573c54")
    $words("call_(19) result_(status) may_block_") {
  fd @0 :Int32 $words("fd");
}

struct Dup $number(20) $prefixes("1/0:0623aecd2a573c54")
    $words("call_(20) fd_") {
  fd @0 :Int32 $words("fd");
}

struct Dup2 $number(21) $prefixes("1/0:2bab5e855a352b56")
    $words("call_(21) handled_ fd_ needs_(dup2, fcntl)") {
  fd @0 :Int32 $words("fd");
  target @1 :Int32;
}

struct FcntlDuplicate $number(22) $prefixes("2/0:7e6a64d39fbf46fd")
    $words("case_of_(fcntl, command) call_(22) fd_") {
  fd @0 :Int32 $words("fd");
  command @1 :Int32 $words("one_of(fcntl_duplicating)");
  lowest @2 :Int32;
}

struct FcntlGet $number(23) $prefixes("1/0:2bab5e855a352b56")
    $words("case_of_(fcntl, command) call_(23)") {
  fd @0 :Int32 $words("fd");
  command @1 :Int32 $words("one_of(fcntl_getting)");
}

struct FcntlSet $number(24) $prefixes("2/0:7e6a64d39fbf46fd")
    $words("case_of_(fcntl, command) call_(24)") {
  fd @0 :Int32 $words("fd");
  command @1 :Int32 $words("one_of(fcntl_setting)");
  value @2 :Int32;
}

struct Pipe $number(25) $prefixes("1/0:e533d713ffaa5ca0")
    $words("call_(25) result_(status)") {
  descriptors @0 :UInt64 $words("out(2 * 4) fd");
}

struct Isatty $number(26) $prefixes("1/0:0623aecd2a573c54")
    $words("call_(26) handled_ result_(truth) needs_(ioctl)") {
  fd @0 :Int32 $words("fd");
}

struct Getcwd $number(27) $prefixes("2/0:b5b671f9d537b9d5")
    $words("call_(27) handled_ result_(pointer, buffer) needs_(getcwd)") {
  buffer @0 :UInt64 $words("out(size)");
  size @1 :UInt64;
}

struct Chdir $number(28) $prefixes("1/0:e533d713ffaa5ca0")
    $words("call_(28) result_(status) may_block_") {
  path @0 :UInt64 $words("string(4096)");
}

struct Getpid $number(29) $prefixes("0/0:cbf29ce484222325")
    $words("call_(29) idempotent_") {
}

struct Getrandom $number(30) $prefixes("3/0:2f8c9a9d400be0f2")
    $words("call_(30) may_block_") {
  buffer @0 :UInt64 $words("out(count)");
  count @1 :UInt64;
  flags @2 :UInt32 $words("flags(random_flags)");
}
