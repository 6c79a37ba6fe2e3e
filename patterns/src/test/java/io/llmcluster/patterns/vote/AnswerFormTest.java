package io.llmcluster.patterns.vote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcluster.patterns.testkit.Simulation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerFormTest {

  private static final AnswerForm LETTERS = AnswerForm.choice(List.of("A", "B", "C", "D"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The answer is (B).",
        "B",
        "b",
        "(b)",
        "**B**",
        "B.",
        "Option B",
        "B) Paris",
        "B\n\nA is wrong since it is in Spain.",
        "A good question! Lyon is not the capital.\nAnswer: B",
        "answer: b",
        "Final answer:\n\n**B**",
        "The answer is B because A is wrong.",
        "The answer is B, not A.",
        "First I thought the answer is A. But the answer is B.",
        "$\\boxed{B}$",
        "{\"reasoning\":\"C?\",\"answer\":\"B\"}",
        "```json\n{\"answer\": \"(B)\"}\n```",
        "Answer: B\nConfidence: 0.9",
        "Only B fits.",
        "I have a hunch that it is B."
      })
  void a_choice_is_read_however_it_is_said(String text) {
    assertThat(LETTERS.read(text)).hasValue("b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "A or B",
        "It is not B.",
        "A long story that ends nowhere",
        "The answer is E.",
        "The answer is A or B",
        "{\"answer\":null}",
        "{{{{",
        "Both A and B are plausible"
      })
  void what_names_no_choice_or_several_is_not_guessed(String text) {
    assertThat(LETTERS.read(text)).isEmpty();
  }

  @Test
  void every_form_can_be_told_to_a_model() {
    assertThat(AnswerForm.choice(List.of("A", "B")).instruction())
        .isEqualTo("exactly one of: A, B");
    assertThat(AnswerForm.NUMBER.instruction()).isEqualTo("a number, in digits, without a unit");
    assertThat(AnswerForm.YES_NO.instruction()).isEqualTo("yes or no");
    assertThat(AnswerForm.OPEN.instruction()).isEqualTo("the answer alone, in a few words");
  }

  @Test
  void choices_of_words_are_told_apart_even_if_one_is_part_of_another() {
    AnswerForm cities = AnswerForm.choice(List.of("New York", "New York City", "Not sure"));
    assertThat(cities.read("I would say new york city.")).hasValue("new york city");
    assertThat(cities.read("The answer is New York.")).hasValue("new york");
    assertThat(cities.read("Not sure!")).hasValue("not sure");
    assertThat(cities.shown("new york")).isEqualTo("New York");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,000.0|1000",
        "1000|1000",
        "1e3|1000",
        "$1,000|1000",
        "The answer is 42.|42",
        "Answer: 5 + 3 = 8|8",
        "5 apples and 3 pears make 8|8",
        "**Answer:** -7|-7",
        "answer: \u22127|-7",
        "It is 0.50|0.5",
        ".5|0.5",
        "Answer: 3/4|0.75",
        "Answer: 50%|50",
        "Seven.|7",
        "Answer: none|0",
        "-0.0|0",
        "Answer: 12 apples|12",
        "\\boxed{1,234}|1234",
        "from 3-5 to 10|10",
        "Antwort: 3,14|3.14",
        "Answer: -0,5|-0.5",
        "1.234,5|1234.5",
        "1.234.567,125|1234567.125",
        "2,71828|2.71828",
        "1,234|1234",
      })
  void numbers_of_the_same_value_are_the_same(String text, String number) {
    assertThat(AnswerForm.NUMBER.read(text)).hasValue(number);
  }

  @Test
  void a_number_is_not_taken_from_what_the_text_says_about_its_confidence() {
    assertThat(AnswerForm.NUMBER.read("It is 12.\nConfidence: 0.9")).hasValue("12");
    assertThat(AnswerForm.NUMBER.read("No idea.\nConfidence: 0.9")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no digits", "Answer: 1/0", "x12"})
  void what_is_no_number_is_not_guessed(String text) {
    assertThat(AnswerForm.NUMBER.read(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Yes, since it rains.|yes",
        "yes|yes",
        "**No.** It does not.|no",
        "The answer is no, because yes would be odd.|no",
        "Let me think. So the answer is: Yes!|yes",
        "True|yes",
        "No doubt about it. Answer: yes|yes",
        "It rains today, hence no.|no",
        "Ja|yes",
        "Nein.|no",
        "**Answer:** Oui!|yes",
        "{\"answer\":\"S\u00ed\"}|yes",
        "\u306f\u3044\u3002|yes",
        "\u3044\u3044\u3048|no",
        "\u0414\u0430|yes",
        "\u043d\u0435\u0442|no"
      })
  void yes_and_no_are_read(String text, String answer) {
    assertThat(AnswerForm.YES_NO.read(text)).hasValue(answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "perhaps", "It could be yes or no.", "No doubt.", "Jain", "ja oder nein"})
  void what_is_neither_yes_nor_no_is_not_guessed(String text) {
    assertThat(AnswerForm.YES_NO.read(text)).isEmpty();
  }

  @Test
  void short_open_answers_agree_word_for_word_and_long_ones_never() {
    assertThat(AnswerForm.OPEN.read("The  Eiffel Tower.")).hasValue("eiffel tower");
    assertThat(AnswerForm.OPEN.read("...Answer: Eiffel tower")).hasValue("eiffel tower");
    assertThat(AnswerForm.OPEN.read("word ".repeat(50))).isEmpty();
  }

  @Test
  void endless_repetition_is_read_in_a_moment_and_without_a_crash() {
    for (String piece :
        List.of("the answer is ", "1,", "9", "B ", "{", "confidence: ", "\n", "-")) {
      String text = piece.repeat(200_000);
      for (AnswerForm form :
          List.of(LETTERS, AnswerForm.NUMBER, AnswerForm.YES_NO, AnswerForm.OPEN)) {
        assertThat(form.read(text).orElse("").length()).isLessThan(100);
      }
    }
  }

  @Test
  void huge_exponents_are_no_numbers() {
    assertThat(AnswerForm.NUMBER.read("1e999999999").orElse("").length()).isLessThan(120);
  }

  @Test
  void a_form_is_the_same_after_a_round_trip() {
    for (AnswerForm form :
        List.of(LETTERS, AnswerForm.NUMBER, AnswerForm.YES_NO, AnswerForm.OPEN)) {
      assertThat(AnswerForm.of(form.json())).isEqualTo(form);
    }
    assertThat(AnswerForm.of(Simulation.object("{'a':'yes/no'}").path("a")))
        .isEqualTo(AnswerForm.YES_NO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'maybe'", "['A']", "['A','a']", "['A',1]", "['A','']", "7", "{}"})
  void a_form_that_is_none_is_refused_by_name(String json) {
    assertThatThrownBy(() -> AnswerForm.of(Simulation.object("{'a':" + json + "}").path("a")))
        .hasMessageStartingWith("answers: ")
        .hasMessageContaining("expected: number, yesno, open, or a list");
  }

  @Test
  void a_question_is_closed_only_beyond_doubt() {
    assertThat(ClosedQuestions.detect("Capital of France?\nA) Lyon\nB) Paris\nC) Nice"))
        .isEqualTo(AnswerForm.choice(List.of("A", "B", "C")));
    assertThat(ClosedQuestions.detect("Which? (A) red (B) blue"))
        .isEqualTo(AnswerForm.choice(List.of("A", "B")));
    assertThat(ClosedQuestions.detect("Is 7 a prime? (yes/no)")).isEqualTo(AnswerForm.YES_NO);
    assertThat(ClosedQuestions.detect("Answer yes or no: is 7 prime?"))
        .isEqualTo(AnswerForm.YES_NO);
    assertThat(ClosedQuestions.detect("True or false: water is wet."))
        .isEqualTo(AnswerForm.choice(List.of("true", "false")));
    assertThat(ClosedQuestions.detect("Tom has 3 apples and eats one. How many are left?"))
        .isEqualTo(AnswerForm.NUMBER);
    assertThat(ClosedQuestions.detect("What is 17 * 23?")).isEqualTo(AnswerForm.NUMBER);
    for (String open :
        List.of(
            "Is Java better than Go?",
            "Explain how many moons Jupiter has and why.",
            "Write a poem",
            "A) is a strange way to begin a text",
            "How many ways of cooking rice are there? Describe each.",
            "What is 42nd street known for?",
            "A) x\nB) y\n".repeat(500),
            "")) {
      assertThat(ClosedQuestions.detect(open)).as(open).isEqualTo(AnswerForm.OPEN);
    }
  }
}
