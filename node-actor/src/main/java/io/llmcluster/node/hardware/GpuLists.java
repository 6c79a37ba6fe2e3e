package io.llmcluster.node.hardware;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.directory.Hardware.Gpu;
import io.llmcluster.node.translate.Json;
import java.util.ArrayList;
import java.util.List;

/** Reads what the GPU makers' tools print. */
final class GpuLists {

  static final List<String> NVIDIA =
      List.of("nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits");
  static final List<String> ROCM =
      List.of("rocm-smi", "--showproductname", "--showmeminfo", "vram", "--json");

  private static final long MIB = 1 << 20;

  private GpuLists() {}

  /** Lines such as {@code NVIDIA GeForce RTX 4090, 24564}; the number is MiB. */
  static List<Gpu> ofNvidiaSmi(String csv) {
    List<Gpu> gpus = new ArrayList<>();
    for (String line : csv.lines().toList()) {
      int comma = line.lastIndexOf(',');
      if (comma > 0) {
        gpus.add(
            new Gpu(line.substring(0, comma).strip(), number(line.substring(comma + 1)) * MIB));
      }
    }
    return gpus;
  }

  /** An object per card with its name and memory under keys that changed over the versions. */
  static List<Gpu> ofRocmSmi(String json) {
    List<Gpu> gpus = new ArrayList<>();
    JsonNode cards = Json.parse(json);
    cards
        .properties()
        .forEach(
            card -> {
              if (card.getKey().startsWith("card")) {
                gpus.add(
                    new Gpu(
                        first(
                            card.getValue(),
                            "Card Series",
                            "Card series",
                            "Card Model",
                            "Card model"),
                        number(first(card.getValue(), "VRAM Total Memory (B)"))));
              }
            });
    return gpus;
  }

  private static String first(JsonNode card, String... keys) {
    for (String key : keys) {
      if (card.hasNonNull(key)) {
        return card.path(key).asText().strip();
      }
    }
    return "";
  }

  /** 0 for what is not a number, such as {@code [N/A]} of a GPU that shares the main memory. */
  private static long number(String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException unknown) {
      return 0;
    }
  }
}
