/// Memory of a GPU.
package final class DeviceMemory: Sendable {
  let address: DriverTable.Address
  let byteCount: Int
  private let device: Device

  /// All zeros.
  ///
  /// - Throws: `CUDAError.outOfMemory`.
  init(_ device: Device, byteCount: Int) throws(CUDAError) {
    self.device = device
    self.byteCount = max(byteCount, 16)
    try device.enter()
    let table = device.table
    var address: DriverTable.Address = 0
    let result = unsafe table.allocate(&address, self.byteCount)
    // CUDA_ERROR_OUT_OF_MEMORY
    if result == 2 {
      var (free, whole) = (0, 0)
      _ = unsafe table.memoryInfo(&free, &whole)
      throw .outOfMemory(byteCount: byteCount, free: free)
    }
    try table.check("cuMemAlloc", result)
    self.address = address
    do throws(CUDAError) {
      try table.check(
        "cuMemsetD8Async", table.clear(address, 0, self.byteCount, device.stream))
    } catch {
      _ = table.free(address)
      throw error
    }
  }

  /// Holds some values, as their bytes.
  convenience init<Value: BitwiseCopyable>(
    _ device: Device, _ values: [Value], count: Int? = nil
  ) throws(CUDAError) {
    let stride = MemoryLayout<Value>.stride
    try self.init(device, byteCount: max(count ?? 0, values.count) * stride)
    try write(values)
  }

  deinit {
    _ = try? device.enter()
    _ = device.table.free(address)
  }

  /// Overwrites it from its start, after all work so far.
  func write<Value: BitwiseCopyable>(_ values: [Value], at offset: Int = 0) throws(CUDAError) {
    let size = values.count * MemoryLayout<Value>.stride
    precondition(offset >= 0 && offset + size <= byteCount)
    try device.synchronize()
    let result = unsafe values.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return 0 as DriverResult }
      return unsafe device.table.copyToDevice(address + UInt64(offset), start, size)
    }
    try device.table.check("cuMemcpyHtoD", result)
  }

  /// Reads it from an offset in bytes, after all work so far.
  func read(floats count: Int, at offset: Int = 0) throws(CUDAError) -> [Float] {
    precondition(offset >= 0 && offset + 4 * count <= byteCount)
    try device.synchronize()
    var result: DriverResult = 0
    let values = unsafe [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let start = buffer.baseAddress {
        result = unsafe device.table.copyToHost(start, address + UInt64(offset), 4 * count)
      }
      initialized = count
    }
    try device.table.check("cuMemcpyDtoH", result)
    return values
  }

  /// Copies other memory of the same size, in the stream's order.
  func copy(from other: DeviceMemory) throws(CUDAError) {
    precondition(other.byteCount == byteCount)
    try device.enter()
    try device.table.check(
      "cuMemcpyDtoDAsync",
      device.table.copy(address, other.address, byteCount, device.stream))
  }
}

/// Memory of the host that a GPU reads and writes.
@safe
final class SharedMemory: @unchecked Sendable {
  // SAFETY: `byteCount` bytes from `allocateHost`, freed in `deinit`; only the session or pass that
  // holds it writes, and reads after it has waited for the device.
  let base: UnsafeMutableRawPointer
  let address: DriverTable.Address
  let byteCount: Int
  private let device: Device

  init(_ device: Device, byteCount: Int) throws(CUDAError) {
    self.device = device
    self.byteCount = byteCount
    try device.enter()
    let table = device.table
    var base: UnsafeMutableRawPointer?
    // Mapped into the device's addresses.
    try table.check("cuMemHostAlloc", unsafe table.allocateHost(&base, byteCount, 2))
    guard let base = unsafe base else {
      throw .call(function: "cuMemHostAlloc", name: "no address", text: "it gave none")
    }
    unsafe self.base = base
    var address: DriverTable.Address = 0
    do throws(CUDAError) {
      try table.check("cuMemHostGetDevicePointer", unsafe table.hostAddress(&address, base, 0))
    } catch {
      _ = unsafe table.freeHost(base)
      throw error
    }
    self.address = address
    unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
  }

  deinit {
    _ = try? device.enter()
    _ = unsafe device.table.freeHost(base)
  }

  /// Writes 8 bytes.
  func store(_ word: UInt64, at index: Int) {
    precondition(index >= 0 && 8 * index + 8 <= byteCount)
    unsafe base.storeBytes(of: word, toByteOffset: 8 * index, as: UInt64.self)
  }

  /// Lends floats from an offset in floats.
  func withFloats<Result, E: Error>(
    from offset: Int, count: Int, _ body: (Span<Float>) throws(E) -> Result
  ) throws(E) -> Result {
    precondition(offset >= 0 && count >= 0 && 4 * (offset + count) <= byteCount)
    let start = unsafe base.assumingMemoryBound(to: Float.self) + offset
    return try body(unsafe Span(_unsafeStart: start, count: count))
  }
}
