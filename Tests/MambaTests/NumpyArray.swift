import Foundation

/// A float32 array as NumPy writes it (`.npy`, version 1.0, little-endian, C order).
struct NumpyArray {
  let shape: [Int]
  let values: [Float]

  enum ReadingError: Error, Equatable {
    case notNumpy, unknownHeader(String), wrongSize(expected: Int, found: Int)
  }

  init(contentsOf file: URL) throws {
    try self.init([UInt8](Data(contentsOf: file)))
  }

  init(_ bytes: [UInt8]) throws {
    guard bytes.count >= 10, bytes.starts(with: [0x93] + "NUMPY".utf8 + [1, 0]) else {
      throw ReadingError.notNumpy
    }
    let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    guard start <= bytes.count else { throw ReadingError.notNumpy }
    let header = String(decoding: bytes[10..<start], as: UTF8.self)
    let pattern = /\{'descr': '<f4', 'fortran_order': False, 'shape': \((\d+), (\d+)\), \} *\n/
    guard let match = header.wholeMatch(of: pattern), let rows = Int(match.1),
      let columns = Int(match.2)
    else { throw ReadingError.unknownHeader(header) }
    guard bytes.count - start == rows * columns * 4 else {
      throw ReadingError.wrongSize(expected: rows * columns * 4, found: bytes.count - start)
    }
    shape = [rows, columns]
    values = stride(from: start, to: bytes.count, by: 4).map { index in
      let word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[index + $1]) << (8 * $1) }
      return Float(bitPattern: word)
    }
  }
}
