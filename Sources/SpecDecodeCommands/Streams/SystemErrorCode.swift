import Foundation

/// What the system said, out of an error of Foundation.
enum SystemErrorCode {
  /// The error number behind an error; nil when there is none.
  static func number(of error: any Error) -> Int32? {
    let error = error as NSError
    if error.domain == NSPOSIXErrorDomain { return Int32(clamping: error.code) }
    return (error.userInfo[NSUnderlyingErrorKey] as? any Error).flatMap(number)
  }

  /// Words for an error of the system, or Foundation's.
  static func text(of error: any Error) -> String {
    number(of: error).map(text(of:)) ?? cocoaText(of: error)
      ?? (error as NSError).localizedDescription
  }

  /// Words for an error number.
  static func text(of number: Int32) -> String {
    let known: [Int32: String] = [
      ENOENT: "there is no such file or folder", ENOSPC: "the disk is full",
      EACCES: "permission is denied", EPERM: "it is not permitted", EISDIR: "it is a folder",
      ENOTDIR: "a part of its path is not a folder", EROFS: "the disk is read-only",
      EIO: "the disk reports an error", EBADF: "it is not open", EMFILE: "too many files are open",
      ENAMETOOLONG: "its name is too long", EDQUOT: "the disk quota is used up",
      EFBIG: "it would be too large", ELOOP: "its symbolic links go round in a circle",
      ENXIO: "there is no such device", ETXTBSY: "it is in use", EBUSY: "it is in use",
    ]
    return known[number] ?? POSIXErrorCode(rawValue: number).map { "\($0)" }
      ?? "error \(number) of the system"
  }

  private static func cocoaText(of error: any Error) -> String? {
    switch (error as? CocoaError)?.code {
    case .fileNoSuchFile?, .fileReadNoSuchFile?: "there is no such file or folder"
    case .fileReadNoPermission?, .fileWriteNoPermission?: "permission is denied"
    case .fileWriteOutOfSpace?: "the disk is full"
    default: nil
    }
  }
}
