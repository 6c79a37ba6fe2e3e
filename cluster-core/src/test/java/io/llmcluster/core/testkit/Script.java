package io.llmcluster.core.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** What large texts are written in: how many bytes a character has, and how well it compresses. */
public enum Script {
  ASCII {
    @Override
    int letter(Random random) {
      int letter = ' ' + random.nextInt(0x7F - ' ');
      return letter == '"' || letter == '\\' ? '}' : letter; // JSON would need two for it
    }
  },
  CHINESE {
    @Override
    int letter(Random random) {
      return 0x4E00 + random.nextInt(20_000);
    }
  },
  ANY_OF_THREE_BYTES {
    @Override
    int letter(Random random) {
      return 0x800 + random.nextInt(0xD800 - 0x800);
    }
  },
  EMOJI {
    @Override
    int letter(Random random) {
      return 0x1F300 + random.nextInt(700);
    }
  },
  /** Each byte that UTF-8 has is about as frequent as any other. */
  EVERY_BYTE {
    @Override
    int letter(Random random) {
      int first = random.nextInt(140);
      if (first < 93) {
        return ASCII.letter(random);
      }
      if (first < 123) {
        return 0x80 + ((first - 93) << 6) + random.nextInt(64);
      }
      if (first < 137) {
        int lead = first - 122;
        return ((lead < 13 ? lead : lead + 1) << 12) + random.nextInt(4096);
      }
      return ((first - 136) << 18) + random.nextInt(1 << 18);
    }
  };

  private static final int LONGEST_LETTER = 4;

  abstract int letter(Random random);

  /** So many bytes of UTF-8; the same for the same length. */
  public String text(int bytes) {
    Random random = new Random(bytes);
    StringBuilder text = new StringBuilder();
    int left = bytes;
    while (left >= LONGEST_LETTER) {
      int letter = letter(random);
      text.appendCodePoint(letter);
      left -= Character.toString(letter).getBytes(StandardCharsets.UTF_8).length;
    }
    return text.append("x".repeat(left)).toString();
  }
}
