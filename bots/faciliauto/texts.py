"""What the FacilIAuto bot says, in Brazilian Portuguese.  Only words: when which is said stands in faciliauto.py."""

GREETING = "Olá, {name}! Aqui é a FacilIAuto. 🚗\nAjudo você a encontrar seu próximo carro. O que prefere?"
GREETING_WITHOUT_NAME = (
    "Olá! Aqui é a FacilIAuto. 🚗\nAjudo você a encontrar seu próximo carro. O que prefere?"
)
SEE_CARS = "Ver carros"
TALK_TO_SELLER = "Falar com vendedor"

WHICH_CAR = (
    "Boa! Me conte o que você procura: modelo, ano e até quanto quer pagar.\n"
    "Um vendedor responde por aqui com as opções."
)
CAR_NOTED = "Anotado! Um vendedor vai responder por aqui com as opções. Se lembrar de mais algum detalhe, é só escrever."
SELLER_COMING = "Certo! Um vendedor vai falar com você por aqui. Se quiser, já deixe sua dúvida escrita."
ANYTHING_ELSE = "Obrigado pela mensagem! Como posso ajudar?"
FILE_RECEIVED = "Recebi, obrigado! Por enquanto só entendo texto. Como posso ajudar?"
NOT_UNDERSTOOD = (
    "Não consegui abrir essa mensagem. Pode me escrever em texto? Se preferir, escolha uma opção:"
)

OPTED_OUT = "Tudo bem, não vou mais escrever. Se mudar de ideia, é só mandar VOLTAR."
OPTED_IN = "Que bom ter você de volta! O que prefere?"

STOP_WORDS = frozenset({"parar", "pare", "sair", "cancelar", "stop"})
RETURN_WORDS = frozenset({"voltar", "start"})
GREETING_WORDS = frozenset(
    {"oi", "oie", "ola", "opa", "e ai", "bom dia", "boa tarde", "boa noite", "hello", "hi", "menu", "inicio"}
)
