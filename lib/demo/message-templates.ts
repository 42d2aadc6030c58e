/**
 * The demo grammar's customer messages, as data: per problem the sentences that tell it and the questions that may follow.
 * Slots: {a} {the} {my} the item with its attribute; {it} {them} {is} {has} {does} {one} agree with its number; the rest are
 * drawn from `wordLists` or from the facts. A template names the item exactly once. Read back by messages.ts.
 */

export type Ask = 'replace' | 'refund' | 'return' | 'exchange' | 'part' | 'when' | 'cancel' | 'invoice' | 'address' | 'open';

export const wordLists = {
  ago: ['last week', 'two weeks ago', 'ten days ago', 'last month', 'a few days ago', 'on Monday', 'on Friday'],
  recently: ['today', 'yesterday', 'this morning', 'an hour ago', 'last night'],
  span: ['a week', 'ten days', 'two weeks', 'three weeks'],
  weekday: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
} as const;

export const greetings = ['Hi!', 'Hello!', 'Hi there!', 'Good morning!', 'Good evening!', 'Hello team!', 'Hey!'];
export const farewells = ['Thanks!', 'Thank you.', 'Thanks in advance.', 'Best wishes.', 'Regards.'];

const replace = [
  'Can you send me a new {one}?',
  'Please replace {them}.',
  'I would like a new {one}.',
  'Could you send another {one}?',
  'I want a replacement.',
];
const refund = [
  'I want my money back.',
  'Please refund me.',
  'Can I get a refund?',
  'I would like a refund.',
  'How do I get my money back?',
];
const open = ['What can you do?', 'What should I do now?', 'Can you help me?', 'What happens now?', 'Please help.'];
const sendBack = [
  'How can I send {them} back?',
  'Can I return {them}?',
  'I would like to return {them}.',
  'Where do I send {them}?',
  'Please tell me how to return {them}.',
];
const when = ['When will {it} arrive?', 'When can I expect {them}?', 'Can you tell me when {it} will come?'];

export const templates = {
  broken: {
    bodies: [
      'I ordered {a} and {it} {fault}.',
      '{My} {fault}.',
      '{The} I bought {ago} {fault}.',
      'I bought {a} from you {ago}. {It} {fault}.',
      'Something is wrong with {my}: {it} {fault}.',
      'I am not happy, because {my} {fault}.',
      'Sadly, {the} you sent me {fault}.',
    ],
    asks: { replace, refund, open },
  },
  wrong_item: {
    bodies: [
      'I ordered {a} but got {other}.',
      'I ordered {a}, but you sent {other}.',
      'You sent me {other} instead of {a}.',
      'I paid for {a} and received {other}.',
      'Instead of {my}, I found {other} in the parcel.',
      'There was {other} in the box, but I ordered {a}.',
    ],
    asks: {
      replace: [
        'Please send me what I ordered.',
        'Can you send the right {one}?',
        'I need the right {one}.',
        'When do I get what I ordered?',
      ],
      refund,
      open,
    },
  },
  wrong_variant: {
    bodies: [
      'I ordered {a} but got {variant}.',
      'I ordered {a}, but you sent {variant}.',
      'You sent me {variant} instead of {a}.',
      'I wanted {a}, and {variant} came.',
      'There was {variant} in the box, but I ordered {a}.',
    ],
    asks: {
      replace: ['Please send me what I ordered.', 'Can you send the right {one}?', 'I need the right {one}.', 'Can I swap {them}?'],
      refund,
      open,
    },
  },
  late: {
    bodies: [
      '{My} should have come on {weekday}, but {it} {is} not here.',
      'I ordered {a} {ago} and {it} {has} not arrived.',
      'I am still waiting for {my}.',
      'I have been waiting for {my} for {span}.',
      '{My} {is} very late.',
      '{The} I bought {ago} still {has} not come.',
      'I paid for {a} {ago}, but nothing came.',
    ],
    asks: {
      when: [...when, 'Where {is} {it}?'],
      cancel: ['Please cancel the order.', 'I do not want to wait, please cancel it.', 'I would rather cancel now.'],
      open,
    },
  },
  missing: {
    bodies: [
      'I ordered {a}, but the {part} was missing.',
      '{My} came without the {part}.',
      'There was no {part} in the box with {my}.',
      'I unpacked {my} and could not find the {part}.',
      'You forgot to pack the {part} for {my}.',
      'I got {a} from you {ago} without the {part}.',
    ],
    asks: {
      part: [
        'Can you send it to me?',
        'Please post it to me.',
        'How do I get it?',
        'I need that part.',
        'Could you send the missing part?',
      ],
      open,
    },
  },
  size: {
    bodies: [
      '{My} {is} too {fit}.',
      'I bought {a}, but {it} {is} too {fit} for me.',
      '{The} I ordered {ago} {is} too {fit}.',
      'I tried {my} on and {it} {is} too {fit}.',
      'I got {a} {ago}, but {it} {is} too {fit}.',
    ],
    asks: {
      exchange: ['Can I get another size?', 'Can I swap {them} for another size?', 'I need a different size.', 'Can you change the size?'],
      return: sendBack,
      open,
    },
  },
  charge: {
    bodies: [
      'I was charged twice for {my}.',
      'You took the money for {my} two times.',
      'My card was charged twice for {the} I ordered {ago}.',
      'I bought {a} once, but my bank shows two payments.',
      'There are two charges for {my} on my card.',
      'I see two payments for {the} I bought {ago}.',
    ],
    asks: {
      refund: ['Please return the extra payment.', 'I want the second payment back.', 'Please pay back one of them.'],
      open: ['Can you fix this?', 'Please check this.', 'Why is that?'],
    },
  },
  return: {
    bodies: [
      'I do not need {my} any more.',
      'I changed my mind about {my}.',
      'I bought {a}, but I do not like {them}.',
      '{My} {is} not what I expected.',
      '{The} I got {ago} {does} not suit me.',
      'I got {a} as a gift, but I already have one.',
    ],
    asks: { return: sendBack },
  },
  refund_wait: {
    bodies: [
      'I sent {my} back {ago} and have no money yet.',
      'I returned {my} {ago}.',
      'I am waiting for the refund for {my}.',
      'You got {my} back {ago}, but I have not been paid.',
      'I brought {my} back to you {ago}.',
    ],
    asks: { refund: ['Where is my refund?', 'When do I get my money?', 'When will you pay me back?', 'Where is my money?'] },
  },
  cancel: {
    bodies: [
      'I ordered {a} by mistake.',
      'I ordered {a} {recently}, but I no longer need {them}.',
      'I clicked too fast and ordered {a}.',
      'I do not want {the} I ordered {recently}.',
      'I found {the} I ordered {recently} cheaper in town.',
    ],
    asks: {
      cancel: ['Please cancel the order.', 'Can you cancel it?', 'Can I still cancel?', 'I want to cancel.', 'Please stop the order.'],
    },
  },
  invoice: {
    bodies: [
      'I bought {a} {ago} and need the invoice.',
      'I need an invoice for {my}.',
      'There was no invoice with {my}.',
      'I cannot find the invoice for {my}.',
      'My office wants the invoice for {the} I bought {ago}.',
    ],
    asks: { invoice: ['Can you email it to me?', 'Please send it to me.', 'Where can I find it?', 'How do I get it?'] },
  },
  delivery: {
    bodies: [
      'I ordered {a} {recently}.',
      'I just ordered {a}.',
      'I ordered {a} for a birthday.',
      'I am looking forward to {my}.',
      '{The} I ordered {recently} {is} a gift.',
      'I will be away soon, and I ordered {a} {recently}.',
    ],
    asks: { when: [...when, 'Which day will {it} come?', 'How long does delivery take?', 'Will {it} be here by {weekday}?'] },
  },
  address: {
    bodies: [
      'I ordered {a} {ago}, but I have moved.',
      'I gave you the wrong address for {my}.',
      'I moved after I ordered {a}.',
      '{My} will go to my old address.',
      'The address on my order for {a} is wrong.',
    ],
    asks: {
      address: [
        'Can you change the address?',
        'Please send {them} to my new address.',
        'Please use my new address.',
        'Can you send {them} to my new home?',
      ],
    },
  },
} as const satisfies Record<string, { bodies: readonly string[]; asks: Partial<Record<Ask, readonly string[]>> }>;

export type Problem = keyof typeof templates;
export const problems = Object.keys(templates) as Problem[];
