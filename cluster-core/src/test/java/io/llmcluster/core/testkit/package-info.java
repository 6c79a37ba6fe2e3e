/** What tests of several modules use. */
@NullMarked
package io.llmcluster.core.testkit;

import org.jspecify.annotations.NullMarked;
