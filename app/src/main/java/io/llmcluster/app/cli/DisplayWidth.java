package io.llmcluster.app.cli;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many columns of a terminal a text takes, and where it may be cut. What a reader takes for one
 * character (a grapheme cluster of Unicode's annex 29) is never cut.
 */
final class DisplayWidth {

  /**
   * What is two columns wide: Wide and Fullwidth in EastAsianWidth.txt of Unicode 14, which has the
   * emoji too. Neighbours with nothing assigned between them are one range.
   */
  private static final String WIDE =
      "1100-115F 231A-231B 2329-232A 23E9-23EC 23F0 23F3 25FD-25FE 2614-2615 2648-2653 267F 2693"
          + " 26A1 26AA-26AB 26BD-26BE 26C4-26C5 26CE 26D4 26EA 26F2-26F3 26F5 26FA 26FD 2705"
          + " 270A-270B 2728 274C 274E 2753-2755 2757 2795-2797 27B0 27BF 2B1B-2B1C 2B50 2B55"
          + " 2E80-303E 3041-3247 3250-4DBF 4E00-A4C6 A960-A97C AC00-D7A3 F900-FAFF FE10-FE6B"
          + " FF01-FF60 FFE0-FFE6 16FE0-1B2FB 1F004 1F0CF 1F18E 1F191-1F19A 1F200-1F320"
          + " 1F32D-1F335 1F337-1F37C 1F37E-1F393 1F3A0-1F3CA 1F3CF-1F3D3 1F3E0-1F3F0 1F3F4"
          + " 1F3F8-1F43E 1F440 1F442-1F4FC 1F4FF-1F53D 1F54B-1F54E 1F550-1F567 1F57A 1F595-1F596"
          + " 1F5A4 1F5FB-1F64F 1F680-1F6C5 1F6CC 1F6D0-1F6D2 1F6D5-1F6DF 1F6EB-1F6EC 1F6F4-1F6FC"
          + " 1F7E0-1F7F0 1F90C-1F93A 1F93C-1F945 1F947-1F9FF 1FA70-1FAFF 20000-3FFFD";

  /** Vowels and finals of Hangul, which are drawn into the wide initial before them. */
  private static final int JAMO_FIRST = 0x1160;

  private static final int JAMO_LAST = 0x11FF;

  /** A format character by its class, but terminals draw it. */
  private static final int SOFT_HYPHEN = 0xAD;

  /** Asks for what comes before it to be drawn as an emoji. */
  private static final int AS_EMOJI = 0xFE0F;

  /** Two of these letters are a flag. */
  private static final int FLAG_FIRST = 0x1F1E6;

  private static final int FLAG_LAST = 0x1F1FF;

  private static final Pattern GRAPHEME = Pattern.compile("\\X");

  private static final int[] FIRSTS = bounds(0);
  private static final int[] LASTS = bounds(1);

  private DisplayWidth() {}

  private static int[] bounds(int side) {
    return Arrays.stream(WIDE.split(" "))
        .map(range -> range.split("-"))
        .mapToInt(ends -> Integer.parseInt(ends[Math.min(side, ends.length - 1)], 16))
        .toArray();
  }

  /** The columns of a text. */
  static int of(CharSequence text) {
    Matcher grapheme = GRAPHEME.matcher(text);
    int columns = 0;
    while (grapheme.find()) {
      columns += ofGrapheme(text, grapheme.start(), grapheme.end());
    }
    return columns;
  }

  /**
   * The end of the longest beginning that fits into so many columns; at least one grapheme, so that
   * whoever cuts gets on. Looks no further than that.
   */
  static int fitting(CharSequence text, int columns) {
    Matcher grapheme = GRAPHEME.matcher(text);
    int used = 0;
    int end = 0;
    while (grapheme.find()) {
      used += ofGrapheme(text, grapheme.start(), grapheme.end());
      if (used > columns && end > 0) {
        return end;
      }
      end = grapheme.end();
    }
    return end;
  }

  /**
   * Where a line may end best, within its first {@code end} characters: behind a space, or behind
   * something wide that is not Hangul, since such scripts put no spaces between words. 0: nowhere;
   * so is the place behind a space that begins the line.
   */
  static int lastBreak(CharSequence text, int end) {
    Matcher grapheme = GRAPHEME.matcher(text).region(0, end);
    int last = 0;
    while (grapheme.find()) {
      if (isBreak(text, grapheme.start(), grapheme.end())) {
        last = grapheme.end();
      }
    }
    return last;
  }

  private static boolean isBreak(CharSequence text, int start, int end) {
    int first = Character.codePointAt(text, start);
    return first == ' '
        ? start > 0 && end - start == 1
        : ofGrapheme(text, start, end) == 2
            && Character.UnicodeScript.of(first) != Character.UnicodeScript.HANGUL;
  }

  /** Joined emoji are as wide as the first; elsewhere each part that takes room does so. */
  private static int ofGrapheme(CharSequence text, int start, int end) {
    int first = Character.codePointAt(text, start);
    if (isWide(first) || (FLAG_FIRST <= first && first <= FLAG_LAST)) {
      return 2;
    }
    int columns = 0;
    for (int at = start; at < end; ) {
      int point = Character.codePointAt(text, at);
      if (point == AS_EMOJI) {
        return 2;
      }
      columns += takesNoRoom(point) ? 0 : 1;
      at += Character.charCount(point);
    }
    return columns;
  }

  private static boolean isWide(int point) {
    int found = Arrays.binarySearch(FIRSTS, point);
    int range = found >= 0 ? found : -found - 2;
    return range >= 0 && point <= LASTS[range] && !takesNoRoom(point);
  }

  private static boolean takesNoRoom(int point) {
    return switch (Character.getType(point)) {
      case Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      case Character.FORMAT -> point != SOFT_HYPHEN;
      default -> JAMO_FIRST <= point && point <= JAMO_LAST;
    };
  }
}
