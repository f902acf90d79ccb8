/// How a kernel stands to what else runs.
enum LaunchMode {
  case inOrder
  /// It starts while the kernel before it still runs: programmatic stream serialization.
  case early
  /// All its blocks run at once, so that they may wait for one another: cooperative.
  case together

  /// As CUlaunchAttributeID.
  fileprivate var attribute: UInt64? {
    switch self {
    case .inOrder: nil
    case .early: 6
    case .together: 2
    }
  }
}

extension Device {
  /// Launches a kernel on the stream.
  ///
  /// - Parameter arguments: one a parameter of the kernel.
  func launch(
    _ kernel: Kernel, grid: (Int, Int), threads: Int, shared: Int, _ arguments: [Words],
    _ mode: LaunchMode = .inOrder
  ) throws(CUDAError) {
    // CUlaunchConfig: seven 32-bit sizes, padding, stream, attributes, their number.
    var sizes = [grid.0, grid.1, 1, threads, 1, 1, shared, 0].map { UInt32($0) }
    // CUlaunchAttribute: on; its value takes 64 bytes.
    var attribute: [UInt64] = [mode.attribute ?? 0, 1] + Array(repeating: 0, count: 7)
    var values = arguments.flatMap(\.values)
    var result: DriverResult = 0
    unsafe values.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      var pointers: [UnsafeMutableRawPointer?] = unsafe []
      var offset = 0
      for argument in arguments {
        unsafe pointers.append(base + offset)
        offset += 8 * argument.values.count
      }
      unsafe attribute.withUnsafeMutableBytes { attribute in
        let address = UInt64(UInt(bitPattern: attribute.baseAddress))
        var configuration: [UInt64] = stride(from: 0, to: 8, by: 2).map {
          UInt64(sizes[$0]) | UInt64(sizes[$0 + 1]) << 32
        }
        configuration += [
          UInt64(stream), mode.attribute == nil ? 0 : address, mode.attribute == nil ? 0 : 1,
        ]
        unsafe configuration.withUnsafeBytes { configuration in
          unsafe pointers.withUnsafeMutableBufferPointer { pointers in
            guard let start = configuration.baseAddress,
              let list = pointers.baseAddress
            else { return }
            result = unsafe table.launch(start, handle(of: kernel), list, 0)
          }
        }
      }
    }
    sizes = []
    try table.check("cuLaunchKernelEx of \(kernel.name)", result)
  }
}
