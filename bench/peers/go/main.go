// The recipe that bongsu replaces, in Go without libraries: one service after the other, each with a new client.
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

func post(url string, body any, header map[string]string) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequest("POST", url, bytes.NewReader(data))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	for name, value := range header {
		request.Header.Set(name, value)
	}
	client := &http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(response.Body)
	if response.StatusCode >= 300 {
		return fmt.Errorf("%s: %s", response.Status, answer)
	}
	return nil
}

func tell(event map[string]any) error {
	env := os.Getenv
	detail, _ := event["detail"].(map[string]any)
	text := fmt.Sprintf("[ROOT LOGIN] %v %v", detail["sourceIPAddress"], detail["eventTime"])

	url := env("TELEGRAM_URL") + "/bot" + env("TELEGRAM_TOKEN") + "/sendMessage"
	if err := post(url, map[string]any{"chat_id": env("TELEGRAM_CHAT"), "text": text}, nil); err != nil {
		return err
	}

	url = env("NHN_URL") + "/sms/v3.0/appKeys/" + env("NHN_APP_KEY") + "/sender/sms"
	recipients := []any{map[string]any{"recipientNo": env("PHONE")}}
	body := map[string]any{"body": text, "sendNo": env("SENDER"), "recipientList": recipients}
	if err := post(url, body, map[string]string{"X-Secret-Key": env("NHN_SECRET_KEY")}); err != nil {
		return err
	}

	date := time.Now().UTC().Format("2006-01-02T15:04:05Z")
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return err
	}
	salt := hex.EncodeToString(random)
	mac := hmac.New(sha256.New, []byte(env("SOLAPI_API_SECRET")))
	mac.Write([]byte(date + salt))
	authorization := fmt.Sprintf("HMAC-SHA256 apiKey=%s, date=%s, salt=%s, signature=%s",
		env("SOLAPI_API_KEY"), date, salt, hex.EncodeToString(mac.Sum(nil)))
	messages := []any{map[string]any{"to": env("PHONE"), "from": env("SENDER"), "text": text}}
	url = env("SOLAPI_URL") + "/messages/v4/send-many/detail"
	return post(url, map[string]any{"messages": messages}, map[string]string{"Authorization": authorization})
}

func main() {
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {
		response, err := http.Get(api + "next")
		if err != nil {
			panic(err)
		}
		var event map[string]any
		err = json.NewDecoder(response.Body).Decode(&event)
		response.Body.Close()
		id, end, answer := response.Header.Get("Lambda-Runtime-Aws-Request-Id"), "/response", `{"ok":true}`
		if err == nil {
			err = tell(event)
		}
		if err != nil {
			end, answer = "/error", fmt.Sprintf("%q", err.Error())
		}
		posted, err := http.Post(api+id+end, "application/json", bytes.NewReader([]byte(answer)))
		if err != nil {
			panic(err)
		}
		posted.Body.Close()
	}
}
