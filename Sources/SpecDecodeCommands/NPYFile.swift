package import Foundation

/// NumPy's file format, version 1.0.
package enum NPYFile {
  /// Numbers as a file of little-endian float32 in C order.
  ///
  /// - Parameter shape: its product is the number of values.
  package static func data(_ values: [Float], shape: [Int]) -> Data {
    let sizes = shape.map { "\($0)" }.joined(separator: ", ")
    let tuple = shape.count == 1 ? "(\(sizes),)" : "(\(sizes))"
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': \(tuple), }"
    // Magic, version, length and text together are a multiple of 64 bytes and end in a newline.
    let padding = 63 - (10 + text.utf8.count) % 64
    let length = text.utf8.count + padding + 1
    var bytes = Data([0x93] + Array("NUMPY".utf8) + [1, 0])
    bytes.append(contentsOf: [UInt8(length & 0xFF), UInt8(length >> 8)])
    bytes.append(contentsOf: text.utf8)
    bytes.append(contentsOf: [UInt8](repeating: 0x20, count: padding) + [0x0A])
    bytes.append(contentsOf: FloatBytes.littleEndian(values))
    return bytes
  }
}
