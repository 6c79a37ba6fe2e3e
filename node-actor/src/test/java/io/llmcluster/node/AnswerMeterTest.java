package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grpc.Status;
import io.llmcluster.node.CallOutcome.Verdict;
import io.llmcluster.node.backend.BackendAnswer;
import org.apache.pekko.grpc.GrpcServiceException;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerMeterTest {

  private static final Offset<Double> EXACT = within(1e-6);

  private static final String STATISTICS =
      "{\"response\":\"\",\"done\":true,\"prompt_eval_count\":9,\"prompt_eval_duration\":7,"
          + "\"eval_count\":50,\"eval_duration\":500000000}";

  private long now = 1;
  private final AnswerMeter meter = new AnswerMeter(() -> now);

  private AnswerMeterTest() {
    meter.start();
  }

  private void after(long millis) {
    now += millis * 1_000_000;
  }

  private void stream(String mediaType, String... pieces) {
    after(200);
    meter.answer(new BackendAnswer.Streamed(mediaType, Source.empty()));
    for (String piece : pieces) {
      meter.lines(ByteString.fromString(piece));
      after(100);
    }
  }

  private void whole(int status, String body) {
    after(200);
    meter.answer(new BackendAnswer.Whole(status, "application/json", ByteString.fromString(body)));
  }

  private CallOutcome outcome() {
    return meter.outcome("m", meter.verdict(null));
  }

  @Test
  void lines_after_the_first_piece_are_counted_from_it_on() {
    stream("application/x-ndjson", "{1}\n{2}\n", "{3}\n", "{4}\n{5}\n{6}\n");
    assertThat(outcome().firstByteMillis()).isEqualTo(200, EXACT);
    assertThat(outcome().tokensPerSecond()).isEqualTo(4 / 0.2, EXACT);
  }

  @ParameterizedTest
  @CsvSource({"'data: {}\n\n'", "'data: {}\r\n\r\n'", "'event: delta\ndata: {}\n\n'"})
  void an_event_counts_once_however_many_lines_it_has(String event) {
    stream("text/event-stream", event, event, event + event);
    assertThat(outcome().tokensPerSecond()).isEqualTo(3 / 0.2, EXACT);
  }

  @Test
  void the_backends_own_count_and_time_say_how_fast_a_stream_was() {
    stream("application/x-ndjson", "{1}\n", "{2}\n{3}\n", STATISTICS + "\n");
    assertThat(outcome().tokensPerSecond()).isEqualTo(100, EXACT);
  }

  @Test
  void a_whole_answer_says_how_fast_it_was_and_not_when_its_first_token_was_there() {
    whole(200, STATISTICS);
    assertThat(outcome().tokensPerSecond()).isEqualTo(100, EXACT);
    assertThat(outcome().firstByteMillis()).isNegative();
  }

  @Test
  void few_tokens_say_nothing() {
    whole(200, STATISTICS.replace("50,", "2,"));
    assertThat(outcome().tokensPerSecond()).isNegative();
  }

  @Test
  void a_whole_answer_that_does_not_know_the_time_for_its_prompt_says_nothing() {
    whole(200, STATISTICS.replace("\"prompt_eval_duration\":7,", ""));
    assertThat(outcome().tokensPerSecond()).isNegative();
  }

  /** 40 tokens in 10 events of which 9 come after the first, in 0.9 s. */
  @Test
  void usage_says_how_many_tokens_the_events_had() {
    String event = "data: {}\n\n";
    stream(
        "text/event-stream",
        event,
        event,
        event,
        event,
        event,
        event,
        event,
        event,
        "data: {\"usage\": {\"completion_tokens\": 40}}\n\n",
        "data: [DONE]\n\n");
    assertThat(outcome().tokensPerSecond()).isEqualTo(40, EXACT);
  }

  @Test
  void a_tool_call_that_comes_in_one_event_is_no_measure() {
    stream(
        "text/event-stream",
        "data: {}\n\n",
        "data: {\"usage\":{\"completion_tokens\":40}}\n\n",
        "data: [DONE]\n\n");
    assertThat(outcome().tokensPerSecond()).isNegative();
  }

  @Test
  void a_whole_answer_tells_neither_the_time_to_its_first_token_nor_its_speed() {
    whole(200, "{}\n{}\n");
    assertThat(outcome()).isEqualTo(new CallOutcome("m", Verdict.ANSWERED, -1, -1));
  }

  @Test
  void who_leaves_before_the_answer_says_nothing_of_the_node() {
    assertThat(outcome()).isEqualTo(new CallOutcome("m", Verdict.LEFT, -1, -1));
  }

  @Test
  void a_stream_that_breaks_off_is_the_nodes_fault() {
    stream("application/x-ndjson", "{1}\n");
    assertThat(meter.verdict(new GrpcServiceException(Status.ABORTED)))
        .isEqualTo(Verdict.NODE_FAILED);
  }

  @Test
  void a_deadline_of_the_caller_is_neither_the_nodes_fault_nor_an_answer() {
    stream("application/x-ndjson", "{1}\n");
    assertThat(meter.verdict(CallFailures.overdue())).isEqualTo(Verdict.OVERDUE);
  }

  @ParameterizedTest
  @CsvSource({
    "500, model runner has stopped, NODE_FAILED",
    "500, option 'x' must be of type integer, ANSWERED",
    "500, 'invalid format: \"y\"', ANSWERED",
    "503, server busy, ANSWERED",
    "404, model not found, ANSWERED",
  })
  void only_errors_that_the_caller_did_not_cause_are_the_nodes_fault(
      int status, String error, Verdict verdict) {
    whole(status, error);
    assertThat(meter.verdict(null)).isEqualTo(verdict);
  }
}
