// How each kind of exercise is shown and answered. A form of a kind is
//   {element, read(), missing(), mark(grade), onKey?(event)}:
// read() gives the answer for the wire, missing() says in words what is not answered yet ("" if nothing),
// mark(grade) ends answering and shows what was right, onKey handles a key pressed anywhere within the exercise.
import { multipleChoice, multipleResponse, trueFalse } from "./choice.js";
import { cloze } from "./cloze.js";
import { matching } from "./matching.js";
import { ordering } from "./ordering.js";
import { date, expression, numeric, shortText } from "./typed.js";
import { essay, list, openResponse, translate } from "./written.js";

export const FORMS = {
  multipleChoice,
  multipleResponse,
  trueFalse,
  numeric,
  shortText,
  cloze,
  ordering,
  matching,
  expression,
  date,
  list,
  translate,
  openResponse,
  essay,
};

export const INSTRUCTIONS = {
  multipleChoice: "Choose one",
  multipleResponse: "Choose all that apply",
  trueFalse: "True or false?",
  numeric: "Type a number",
  shortText: "Type your answer",
  cloze: "Fill in the gaps",
  ordering: "Put these in order",
  matching: "Match each one",
  expression: "Type an expression",
  date: "Type a date",
  list: "Make a list",
  translate: "Translate",
  openResponse: "Answer in a sentence or two",
  essay: "Write an essay",
};
