/** Tests that start the program as its users do and talk to it over HTTP. */
@NullMarked
package io.llmcluster.it;

import org.jspecify.annotations.NullMarked;
