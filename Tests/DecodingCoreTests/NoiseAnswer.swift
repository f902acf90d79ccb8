/// The noise of a byte at a position, as bits, computed in Python from the definition: Philox in
/// integers, u = (k + 1/2) / 2^52 as an exact fraction, -log(-log u) by the same operations on
/// Python's floats. With mpmath's 200 bits the values differ by less than 4e-15.
struct NoiseAnswer: Sendable {
  let seed: UInt64
  let position: UInt64
  let byte: UInt8
  let uniform: UInt64
  let gumbel: UInt64

  static let all: [NoiseAnswer] = [
    NoiseAnswer(
      seed: 0, position: 0, byte: 0,
      uniform: 0x3FEC_2D38_B1AC_C4FD, gumbel: 0x4000_7E48_4179_CD9E),
    NoiseAnswer(
      seed: 0, position: 0, byte: 1,
      uniform: 0x3FE3_601B_7B17_8AF5, gumbel: 0x3FE6_11F4_8294_10CB),
    NoiseAnswer(
      seed: 0, position: 0, byte: 254,
      uniform: 0x3FE3_58B4_F73E_4AF7, gumbel: 0x3FE5_F99C_D4E7_CAF3),
    NoiseAnswer(
      seed: 0, position: 1, byte: 0,
      uniform: 0x3FD7_2C80_36FE_3932, gumbel: 0xBF90_1CD2_BEAF_C8C1),
    NoiseAnswer(
      seed: 0, position: 1, byte: 1,
      uniform: 0x3FA2_FDFE_CF63_4AF0, gumbel: 0xBFF3_1339_069A_67F8),
    NoiseAnswer(
      seed: 0, position: 1, byte: 254,
      uniform: 0x3FE6_49AD_5E7D_324B, gumbel: 0x3FF0_456D_8105_F0D4),
    NoiseAnswer(
      seed: 0, position: 1 << 32, byte: 0,
      uniform: 0x3FED_446C_492D_5A19, gumbel: 0x4003_543F_6639_8840),
    NoiseAnswer(
      seed: 0, position: 1 << 32, byte: 1,
      uniform: 0x3F9D_2512_CDCE_9160, gumbel: 0xBFF4_5003_33BC_4D37),
    NoiseAnswer(
      seed: 0, position: 1 << 32, byte: 254,
      uniform: 0x3FC4_A609_AB59_F87C, gumbel: 0xBFE3_3D60_14C2_BA31),
    NoiseAnswer(
      seed: 0, position: 1 << 63, byte: 0,
      uniform: 0x3FD4_5021_DCA8_AC82, gumbel: 0xBFC1_9FDE_0F36_2535),
    NoiseAnswer(
      seed: 0, position: 1 << 63, byte: 1,
      uniform: 0x3FE6_D110_6B52_9F9F, gumbel: 0x3FF1_5800_36C5_8FF6),
    NoiseAnswer(
      seed: 0, position: 1 << 63, byte: 254,
      uniform: 0x3FEE_F48E_A5C3_30D1, gumbel: 0x400B_3E60_A777_E3B4),
    NoiseAnswer(
      seed: 1, position: 0, byte: 0,
      uniform: 0x3FEC_A141_D79C_7D01, gumbel: 0x4001_90BB_D0D0_D8C8),
    NoiseAnswer(
      seed: 1, position: 0, byte: 1,
      uniform: 0x3FE6_C2B5_44F2_BE45, gumbel: 0x3FF1_3A4F_3695_933F),
    NoiseAnswer(
      seed: 1, position: 0, byte: 254,
      uniform: 0x3FE4_F288_398E_3091, gumbel: 0x3FEB_7A4A_AE04_45E3),
    NoiseAnswer(
      seed: 1, position: 1, byte: 0,
      uniform: 0x3FEB_F8B9_97D5_8103, gumbel: 0x4000_0BF7_5BE3_D5B4),
    NoiseAnswer(
      seed: 1, position: 1, byte: 1,
      uniform: 0x3FE4_FECC_126F_380F, gumbel: 0x3FEB_A694_6163_DDA8),
    NoiseAnswer(
      seed: 1, position: 1, byte: 254,
      uniform: 0x3FC7_2DDB_32C1_CECC, gumbel: 0xBFE1_2519_1B5D_7A39),
    NoiseAnswer(
      seed: 1, position: 1 << 32, byte: 0,
      uniform: 0x3FC1_2E4B_1E41_9FFC, gumbel: 0xBFE6_4FED_25BE_64B1),
    NoiseAnswer(
      seed: 1, position: 1 << 32, byte: 1,
      uniform: 0x3FA6_6696_0E46_5710, gumbel: 0xBFF2_40AA_3D31_1DD4),
    NoiseAnswer(
      seed: 1, position: 1 << 32, byte: 254,
      uniform: 0x3FD1_BB7B_B107_6E92, gumbel: 0xBFCF_F262_F98D_A149),
    NoiseAnswer(
      seed: 1, position: 1 << 63, byte: 0,
      uniform: 0x3FCA_0720_0B9A_526C, gumbel: 0xBFDD_CB4D_29DE_3CB6),
    NoiseAnswer(
      seed: 1, position: 1 << 63, byte: 1,
      uniform: 0x3FED_3EA5_72DE_D28B, gumbel: 0x4003_42A0_BB9E_0B54),
    NoiseAnswer(
      seed: 1, position: 1 << 63, byte: 254,
      uniform: 0x3FAA_1AA2_7725_C350, gumbel: 0xBFF1_7356_BFD5_5B28),
    NoiseAnswer(
      seed: (1 << 63) + 5, position: 0, byte: 0,
      uniform: 0x3F86_ABD1_8FC4_0140, gumbel: 0xBFF8_13E8_8A3F_4BD3),
    NoiseAnswer(
      seed: (1 << 63) + 5, position: 0, byte: 1,
      uniform: 0x3FDE_3982_7212_88B2, gumbel: 0x3FD2_6475_DC8B_96CE),
    NoiseAnswer(
      seed: (1 << 63) + 5, position: 0, byte: 254,
      uniform: 0x3FDB_B8A8_53D8_1736, gumbel: 0x3FC6_D2ED_63BE_D4DC),
    NoiseAnswer(
      seed: (1 << 63) + 5, position: 1, byte: 0,
      uniform: 0x3FE6_48AF_9ACC_234F, gumbel: 0x3FF0_4375_EB46_2609),
    NoiseAnswer(
      seed: (1 << 63) + 5, position: 1, byte: 1,
      uniform: 0x3FE7_1AD3_B4B0_5B0D, gumbel: 0x3FF1_F2DB_87A9_35AC),
    NoiseAnswer(
      seed: (1 << 63) + 5, position: 1, byte: 254,
      uniform: 0x3FEA_0574_0DA3_A1B5, gumbel: 0x3FF9_36E7_AF94_27BF),
    NoiseAnswer(
      seed: (1 << 63) + 5, position: 1 << 32, byte: 0,
      uniform: 0x3FD5_F074_2A64_94A6, gumbel: 0xBFB1_771B_E6C1_42BA),
    NoiseAnswer(
      seed: (1 << 63) + 5, position: 1 << 32, byte: 1,
      uniform: 0x3FE8_44BA_3D3D_53A3, gumbel: 0x3FF4_90BA_E9C1_0D7E),
    NoiseAnswer(
      seed: (1 << 63) + 5, position: 1 << 32, byte: 254,
      uniform: 0x3FE1_73EB_1698_584F, gumbel: 0x3FE0_03FC_E715_A90B),
    NoiseAnswer(
      seed: (1 << 63) + 5, position: 1 << 63, byte: 0,
      uniform: 0x3FBF_67E4_39F5_B4F8, gumbel: 0xBFE7_B6DD_15D9_585E),
    NoiseAnswer(
      seed: (1 << 63) + 5, position: 1 << 63, byte: 1,
      uniform: 0x3FE4_B54A_037D_C24D, gumbel: 0x3FEA_9F2D_F39F_1801),
    NoiseAnswer(
      seed: (1 << 63) + 5, position: 1 << 63, byte: 254,
      uniform: 0x3FE0_7303_6782_1613, gumbel: 0x3FDA_10F3_837C_5A4D),
  ]
}
