# SPDX-License-Identifier: MIT
# The requests of interface file (slot 2), from file.idl.h. The committed copy is the protocol's lock: `future-gen lock` writes it.
@0xef20513c7308c93e;

annotation number @0xef20513c7308c93f (struct) :UInt16;      # the call's number; message_type = slot << 8 | number
annotation prefixes @0xef20513c7308c93c (struct) :Text;    # data words/pointer words:layout of every request still accepted
annotation words @0xef20513c7308c93d (struct, field) :Text;   # what the interface header says
annotation returns @0xef20513c7308c93a (struct) :Text;    # the result's type: i8 is a signed integer of 8 bytes
annotation replies @0xef20513c7308c93b (struct) :Text;    # what comes back in the reply's more words: name:type
annotation layout @0xef20513c7308c938 (field) :Text;       # what the pointer points to: {size/alignment member:type@byte ...}

struct Reply {
  result @0 :Int64;
  error @1 :Int32;
  more0 @2 :UInt64;
  more1 @3 :UInt64;
  more2 @4 :UInt64;
}

struct Open $number(0) $prefixes("2/0:1514ce7061b2fa20")
    $words("case_of_(open) call_(0) handled_ may_block_ fd_ needs_(openat)") $returns("i4") {
  path @0 :UInt64 $words("string(4096)");
  flags @1 :Int32 $words("flags(open_flags = 0x7f5fc3)");
  mode @2 :UInt32;
}

struct Openat $number(1) $prefixes("3/0:c5ff878a36b07c63")
    $words("case_of_(openat) call_(1) handled_ may_block_ fd_ needs_(openat)") $returns("i4") {
  directory @0 :Int32 $words("fd_or(AT_FDCWD)");
  path @1 :UInt64 $words("string(4096)");
  flags @2 :Int32 $words("flags(open_flags = 0x7f5fc3)");
  mode @3 :UInt32;
}

struct Close $number(2) $prefixes("1/0:88caf948313a7aea")
    $words("call_(2) result_(status) cancellation_point_") $returns("i4") {
  fd @0 :Int32 $words("fd");
}

struct Read $number(3) $prefixes("3/0:de09d6818026b2ca")
    $words("call_(3) blocks_on_(fd, in)") $returns("i8") {
  fd @0 :Int32 $words("fd");
  buffer @1 :UInt64 $words("out(count)");
  count @2 :UInt64;
}

struct Write $number(4) $prefixes("3/0:846ffe99107acc33")
    $words("call_(4) blocks_on_(fd, out)") $returns("i8") {
  fd @0 :Int32 $words("fd");
  buffer @1 :UInt64 $words("in(count)");
  count @2 :UInt64;
}

struct Pread $number(5) $prefixes("4/0:49fb69a8f37b3772")
    $words("call_(5) syscall_(pread64) blocks_on_(fd, in)") $returns("i8") {
  fd @0 :Int32 $words("fd");
  buffer @1 :UInt64 $words("out(count)");
  count @2 :UInt64;
  offset @3 :Int64;
}

struct Pwrite $number(6) $prefixes("4/0:f9c54358e8f8733f")
    $words("call_(6) syscall_(pwrite64) blocks_on_(fd, out)") $returns("i8") {
  fd @0 :Int32 $words("fd");
  buffer @1 :UInt64 $words("in(count)");
  count @2 :UInt64;
  offset @3 :Int64;
}

struct Readv $number(7) $prefixes("2/0:d4a9bbd7bc8e3b08")
    $words("call_(7) blocks_on_(fd, in)") $returns("i8") {
  fd @0 :Int32 $words("fd");
  vectors @1 :UInt64 $words("iovec(count, out)");
  count @2 :Int32;
}

struct Writev $number(8) $prefixes("2/0:19df75b64e66665d")
    $words("call_(8) blocks_on_(fd, out)") $returns("i8") {
  fd @0 :Int32 $words("fd");
  vectors @1 :UInt64 $words("iovec(count, in)");
  count @2 :Int32;
}

struct Lseek $number(9) $prefixes("2/0:247d9bc750fb1139")
    $words("call_(9) may_block_") $returns("i8") {
  fd @0 :Int32 $words("fd");
  offset @1 :Int64;
  origin @2 :Int32 $words("one_of(seek_origins = 0 1 2 3 4)");
}

struct Fstat $number(10) $prefixes("2/0:62d12f96beac5440")
    $words("call_(10) result_(status)") $returns("i4") {
  fd @0 :Int32 $words("fd");
  status @1 :UInt64 $words("out(1 * 144)")
      $layout("{144/8 st_dev:u8@0 st_ino:u8@8 st_nlink:u8@16 st_mode:u4@24 st_uid:u4@28 st_gid:u4@32 :i4@36 st_rdev:u8@40 st_size:i8@48 st_blksize:i8@56 st_blocks:i8@64 st_atim:{16/8 tv_sec:i8@0 tv_nsec:i8@8}@72 st_mtim:{16/8 tv_sec:i8@0 tv_nsec:i8@8}@88 st_ctim:{16/8 tv_sec:i8@0 tv_nsec:i8@8}@104 :i8[3]@120}");
}

struct Stat $number(11) $prefixes("2/0:505cbbded0d20eed")
    $words("call_(11) result_(status) may_block_") $returns("i4") {
  path @0 :UInt64 $words("string(4096)");
  status @1 :UInt64 $words("out(1 * 144)")
      $layout("{144/8 st_dev:u8@0 st_ino:u8@8 st_nlink:u8@16 st_mode:u4@24 st_uid:u4@28 st_gid:u4@32 :i4@36 st_rdev:u8@40 st_size:i8@48 st_blksize:i8@56 st_blocks:i8@64 st_atim:{16/8 tv_sec:i8@0 tv_nsec:i8@8}@72 st_mtim:{16/8 tv_sec:i8@0 tv_nsec:i8@8}@88 st_ctim:{16/8 tv_sec:i8@0 tv_nsec:i8@8}@104 :i8[3]@120}");
}

struct Lstat $number(12) $prefixes("2/0:505cbbded0d20eed")
    $words("call_(12) result_(status) may_block_") $returns("i4") {
  path @0 :UInt64 $words("string(4096)");
  status @1 :UInt64 $words("out(1 * 144)")
      $layout("{144/8 st_dev:u8@0 st_ino:u8@8 st_nlink:u8@16 st_mode:u4@24 st_uid:u4@28 st_gid:u4@32 :i4@36 st_rdev:u8@40 st_size:i8@48 st_blksize:i8@56 st_blocks:i8@64 st_atim:{16/8 tv_sec:i8@0 tv_nsec:i8@8}@72 st_mtim:{16/8 tv_sec:i8@0 tv_nsec:i8@8}@88 st_ctim:{16/8 tv_sec:i8@0 tv_nsec:i8@8}@104 :i8[3]@120}");
}

struct Access $number(13) $prefixes("2/0:73483045d091d768")
    $words("call_(13) result_(status) may_block_") $returns("i4") {
  path @0 :UInt64 $words("string(4096)");
  mode @1 :Int32 $words("flags(access_modes = 0x7)");
}

struct Unlink $number(14) $prefixes("1/0:623914e464244399")
    $words("call_(14) result_(status) may_block_") $returns("i4") {
  path @0 :UInt64 $words("string(4096)");
}

struct Rename $number(15) $prefixes("2/0:60a6903fb10777f2")
    $words("call_(15) result_(status) may_block_") $returns("i4") {
  oldPath @0 :UInt64 $words("string(4096)");
  newPath @1 :UInt64 $words("string(4096)");
}

struct Mkdir $number(16) $prefixes("2/0:986ba4bba595e753")
    $words("call_(16) result_(status) may_block_") $returns("i4") {
  path @0 :UInt64 $words("string(4096)");
  mode @1 :UInt32;
}

struct Rmdir $number(17) $prefixes("1/0:623914e464244399")
    $words("call_(17) result_(status) may_block_") $returns("i4") {
  path @0 :UInt64 $words("string(4096)");
}

struct Ftruncate $number(18) $prefixes("2/0:ea586e36d9c44cee")
    $words("call_(18) result_(status) may_block_") $returns("i4") {
  fd @0 :Int32 $words("fd");
  length @1 :Int64;
}

struct Fsync $number(19) $prefixes("1/0:88caf948313a7aea")
    $words("call_(19) result_(status) may_block_") $returns("i4") {
  fd @0 :Int32 $words("fd");
}

struct Dup $number(20) $prefixes("1/0:44412a89b166c5f7")
    $words("call_(20) fd_") $returns("i4") {
  fd @0 :Int32 $words("fd");
}

struct Dup2 $number(21) $prefixes("1/0:f9bc24be9b2d9a5f")
    $words("call_(21) handled_ fd_ needs_(dup2, fcntl)") $returns("i4") {
  fd @0 :Int32 $words("fd");
  target @1 :Int32;
}

struct FcntlDuplicate $number(22) $prefixes("2/0:0f2b20767e668b6e")
    $words("case_of_(fcntl, command) call_(22) handled_ fd_ needs_(fcntl)") $returns("i4") {
  fd @0 :Int32 $words("fd");
  command @1 :Int32 $words("one_of(fcntl_duplicating = 0 1030)");
  lowest @2 :Int32;
}

struct FcntlGet $number(23) $prefixes("1/0:9cf9e2bf73bd35cb")
    $words("case_of_(fcntl, command) call_(23)") $returns("i4") {
  fd @0 :Int32 $words("fd");
  command @1 :Int32 $words("one_of(fcntl_getting = 1 3 1032)");
}

struct FcntlSet $number(24) $prefixes("2/0:e77ef412378f85e2")
    $words("case_of_(fcntl, command) call_(24)") $returns("i4") {
  fd @0 :Int32 $words("fd");
  command @1 :Int32 $words("one_of(fcntl_setting = 2 4 1031)");
  value @2 :Int32;
}

struct Pipe $number(25) $prefixes("1/0:afa14f9407095675")
    $words("call_(25) result_(status)") $returns("i4") {
  descriptors @0 :UInt64 $words("out(2 * 4) fd");
}

struct Isatty $number(26) $prefixes("1/0:ee562fe2fd9c6ea5")
    $words("call_(26) handled_ result_(truth) needs_(ioctl)") $returns("i4") {
  fd @0 :Int32 $words("fd");
}

struct Getcwd $number(27) $prefixes("2/0:6958ad6b39c99402")
    $words("call_(27) handled_ result_(pointer, buffer) needs_(getcwd)") $returns("p8") {
  buffer @0 :UInt64 $words("out(size)");
  size @1 :UInt64;
}

struct Chdir $number(28) $prefixes("1/0:623914e464244399")
    $words("call_(28) result_(status) may_block_") $returns("i4") {
  path @0 :UInt64 $words("string(4096)");
}

struct Getpid $number(29) $prefixes("0/0:2adab2192b2cfdb1")
    $words("call_(29) idempotent_") $returns("i4") {
}

struct Getrandom $number(30) $prefixes("3/0:5ea699fb8b7bc63a")
    $words("call_(30) may_block_") $returns("i8") {
  buffer @0 :UInt64 $words("out(count)");
  count @1 :UInt64;
  flags @2 :UInt32 $words("flags(random_flags = 0x3)");
}
