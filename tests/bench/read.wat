;; Reads memory once, a word of 64 bits at a time: nothing that counts can be faster without SIMD.
(module
  (memory (export "memory") 192)
  (func (export "read") (param $at i32) (param $bytes i32) (result i64)
    (local $end i32) (local $a i64) (local $b i64) (local $c i64) (local $d i64)
    (local.set $end (i32.add (local.get $at) (local.get $bytes)))
    (loop $more
      (local.set $a (i64.add (local.get $a) (i64.load offset=0 (local.get $at))))
      (local.set $b (i64.add (local.get $b) (i64.load offset=8 (local.get $at))))
      (local.set $c (i64.add (local.get $c) (i64.load offset=16 (local.get $at))))
      (local.set $d (i64.add (local.get $d) (i64.load offset=24 (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 32)))
      (br_if $more (i32.lt_u (local.get $at) (local.get $end))))
    (i64.add (i64.add (local.get $a) (local.get $b)) (i64.add (local.get $c) (local.get $d)))))
