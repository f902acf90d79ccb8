/// Arguments of kernels: structures of 8-byte fields in the order of kernels.cu.
struct Words: Sendable {
  private(set) var values: [UInt64] = []

  init(_ values: [UInt64] = []) { self.values = values }

  init(_ values: Int...) { self.values = values.map { UInt64(bitPattern: Int64($0)) } }

  static func + (left: Words, right: Words) -> Words { Words(left.values + right.values) }
}
