/// What the process was started with.
package enum ProcessArguments {
  /// The arguments without the program's name, as the bytes they are: `CommandLine.arguments`
  /// would repair what is not UTF-8, and a prompt must arrive unchanged.
  package static var bytes: [[UInt8]] {
    let count = Int(CommandLine.argc)
    return (1..<max(count, 1)).compactMap { index in
      // SAFETY: the first `argc` entries are strings that end with a zero, for as long as the
      // process runs; nothing here or in the standard library changes them.
      guard let argument = unsafe CommandLine.unsafeArgv[index] else { return nil }
      var bytes: [UInt8] = []
      for offset in 0... {
        let byte = unsafe UInt8(bitPattern: argument[offset])
        if byte == 0 { break }
        bytes.append(byte)
      }
      return bytes
    }
  }
}
