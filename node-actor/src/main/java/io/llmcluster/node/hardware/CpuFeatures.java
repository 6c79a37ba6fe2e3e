package io.llmcluster.node.hardware;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Picks the instruction sets that matter for inference out of what an operating system lists. */
final class CpuFeatures {

  private static final Pattern WORDS = Pattern.compile("[\\s:]+");

  /** In the order in which they are told. */
  private static final List<String> TELLING =
      List.of(
          "sse4_2",
          "avx",
          "avx2",
          "f16c",
          "fma",
          "avx512f",
          "avx512_vnni",
          "avx512_bf16",
          "avx_vnni",
          "amx_tile",
          "amx_int8",
          "amx_bf16",
          "neon",
          "asimd",
          "asimddp",
          "i8mm",
          "bf16",
          "sve",
          "sve2");

  private CpuFeatures() {}

  /**
   * Reads Linux's {@code /proc/cpuinfo}: the line {@code flags} (x86) or {@code Features} (ARM).
   */
  static List<String> ofCpuinfo(String cpuinfo) {
    return cpuinfo
        .lines()
        .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
        .findFirst()
        .map(CpuFeatures::pick)
        .orElse(List.of());
  }

  /**
   * Reads macOS's {@code sysctl machdep.cpu.features machdep.cpu.leaf7_features hw.optional}, which
   * writes {@code AVX1.0} and {@code hw.optional.neon: 1}.
   */
  static List<String> ofSysctl(String sysctl) {
    StringBuilder names = new StringBuilder();
    for (String line : sysctl.lines().toList()) {
      if (line.startsWith("hw.optional.") && line.endsWith(": 1")) {
        String name = line.substring(line.lastIndexOf('.') + 1, line.length() - 3);
        names.append(' ').append(name.replace("FEAT_", ""));
      } else if (line.startsWith("machdep.cpu.")) {
        names.append(' ').append(line);
      }
    }
    return pick(
        names
            .toString()
            .toLowerCase(Locale.ROOT)
            .replace("avx1.0", "avx")
            .replace("sse4.2", "sse4_2")
            .replace("advsimd", "neon")
            .replace("dotprod", "asimddp"));
  }

  private static List<String> pick(String names) {
    Set<String> present = new HashSet<>(List.of(WORDS.split(names)));
    List<String> features = new ArrayList<>();
    for (String name : TELLING) {
      // ARM's Linux says asimd for what everybody else calls neon.
      String told = name.equals("asimd") ? "neon" : name;
      if (present.contains(name) && !features.contains(told)) {
        features.add(told);
      }
    }
    return features;
  }
}
