package io.llmcluster.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpokenJsonTest {

  private final SpokenJson voice = new SpokenJson();

  @Test
  void an_object_is_read_out_while_it_is_written() {
    assertThat(voice.more(" {\"reas")).isEmpty();
    assertThat(voice.more("oning\": \"It has se")).isEqualTo("reasoning: It has se");
    assertThat(voice.more("eds.\\nSo \\u00e9 \\\"yes\\\"\", \"answer\":\"yes\""))
        .isEqualTo("eds.\nSo \u00e9 \"yes\"\nanswer: yes\n");
    assertThat(voice.more(",\"confidence\":0.8,\"sure\":true}"))
        .isEqualTo("confidence: 0.8\nsure: true\n");
  }

  @Test
  void lists_and_objects_inside_are_read_out_too() {
    assertThat(
            voice.more(
                "{\"tasks\":[{\"id\":\"a\",\"n\":1},{\"id\":\"b\"}],\"why\":[\"x\",\"y\"]} end"))
        .isEqualTo("tasks:\nid: a\nn: 1\nid: b\nwhy:\n- x\n- y\n end");
  }

  @Test
  void any_other_text_is_left_as_it_is() {
    assertThat(voice.more("The set ")).isEqualTo("The set ");
    assertThat(voice.more("{\"a\": 1}")).isEqualTo("{\"a\": 1}");
  }

  @Test
  void what_breaks_off_or_is_no_json_after_all_loses_no_words() {
    assertThat(voice.more("{answer: yes}")).contains("answer").contains("yes");
  }
}
