package io.llmcluster.quality;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** Question sets of our own: each is made from a seed together with its answer. */
final class Questions {

  private static final List<String> NAMES = List.of("anna", "ben", "carla", "dan", "emma");
  private static final List<String> THINGS = List.of("apples", "books", "coins", "pens");
  private static final List<String> WORDS =
      List.of("banana", "letter", "committee", "parallel", "statistics", "mississippi");
  private static final List<String> YES_NO = List.of("yes", "no");

  private Questions() {}

  /** Arithmetic in words, counting, ordering and comparing, in turns. */
  static List<Question> mixed(int count, long seed) {
    Random random = new Random(seed);
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      questions.add(
          switch (i % 4) {
            case 0 -> arithmetic(random);
            case 1 -> counting(random);
            case 2 -> ordering(random);
            default -> comparing(random, i);
          });
    }
    return questions;
  }

  /** Only such as have one right and one wrong answer; no two have the same text. */
  static List<Question> yesNo(int count, long seed) {
    Random random = new Random(seed);
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      questions.add(comparing(random, i));
    }
    return questions;
  }

  private static Question arithmetic(Random random) {
    String thing = pick(THINGS, random);
    int first = 5 + random.nextInt(20);
    int boxes = 2 + random.nextInt(5);
    int each = 2 + random.nextInt(8);
    int gone = 1 + random.nextInt(first);
    return new Question(
        "Anna has %d %s. She buys %d boxes with %d %s each and then gives away %d. How many %s has she now?"
            .formatted(first, thing, boxes, each, thing, gone, thing),
        List.of(),
        String.valueOf(first + boxes * each - gone));
  }

  private static Question counting(Random random) {
    String word = pick(WORDS, random);
    char letter = word.charAt(random.nextInt(word.length()));
    return new Question(
        "How many times does the letter '%c' occur in the word '%s'?".formatted(letter, word),
        List.of(),
        String.valueOf(word.chars().filter(one -> one == letter).count()));
  }

  private static Question ordering(Random random) {
    List<String> byHeight = new ArrayList<>(NAMES);
    java.util.Collections.shuffle(byHeight, random);
    byHeight = byHeight.subList(0, 3);
    List<String> facts = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      facts.add("%s is taller than %s.".formatted(byHeight.get(i), byHeight.get(i + 1)));
    }
    java.util.Collections.shuffle(facts, random);
    boolean tallest = random.nextBoolean();
    return new Question(
        String.join(" ", facts) + " Who is the " + (tallest ? "tallest?" : "shortest?"),
        byHeight.stream().sorted(Comparator.naturalOrder()).toList(),
        byHeight.get(tallest ? 0 : 2));
  }

  private static Question comparing(Random random, int number) {
    int left = 10 + random.nextInt(90);
    int right = 10 + random.nextInt(90);
    int than = 1000 + number;
    int sum = left + right + (random.nextBoolean() ? than : than - 200);
    return new Question(
        "Is %d greater than %d? Answer yes or no.".formatted(sum, than),
        YES_NO,
        sum > than ? "yes" : "no");
  }

  private static String pick(List<String> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }
}
